// Expressions, symbols, ratios and times. A table: longer than other files.

extension AnswerCases {
  static let expressions = AnswerCases(
    #"""

    T ¦ 120 ¦ ~_{10}C_3
    T ¦ 120 ¦ ~{}_{10}C_{3}
    T ¦ 120 ¦ ~{10 \choose 3}
    T ¦ 120 ¦ ~\dbinom{10}{7}
    T ¦ 120 ¦ ~C(10,3)
    T ¦ 120 ¦ ~C_{10}^{3}
    T ¦ 120 ¦ ~C_{10}^3
    T ¦ 120 ¦ ~\binom{10}3
    T ¦ 120 ¦ ~10C3
    T ¦ 120 ¦ ~^{10}C_3
    T ¦ 720 ¦ ~P(10,3)
    T ¦ 720 ¦ ~{}_{10}P_3
    T ¦ 720 ¦ ~P_{10}^{3}
    T ¦ 720 ¦ ~10\cdot9\cdot8
    T ¦ 720 ¦ ~\frac{10!}{7!}
    T ¦ \binom{n}{2} ¦ ~\binom{n}{n-2}
    T ¦ \binom{n}{2} ¦ ~\frac{n^2-n}{2}
    T ¦ \binom{n}{2} ¦ ~\frac{n!}{2!(n-2)!}
    T ¦ n! ¦ ~n\cdot(n-1)!
    T ¦ (n+1)! ¦ ~(n+1)n!
    T ¦ \frac{(n+1)!}{n!} ¦ ~n+1
    T ¦ 5! ¦ ~120
    T ¦ 5!! ¦ ~15
    T ¦ 2^{10}-1 ¦ ~1023
    T ¦ 10! ¦ ~3628800
    F ¦ 10! ¦ ~3628801
    T ¦ \frac{52!}{5!47!} ¦ ~2598960
    T ¦ \frac{52!}{5!47!} ¦ ~\binom{52}{5}
    T ¦ 100! ¦ ~100\cdot 99!
    F ¦ 100! ¦ ~101!
    T ¦ \frac{1}{10!} ¦ ~\frac{1}{3628800}
    T ¦ 0! ¦ ~1
    T ¦ \binom{5}{0} ¦ ~1
    T ¦ \binom{20}{10} ¦ ~184756
    T ¦ 4!\cdot 3! ¦ ~144
    T ¦ \frac{9!}{2!3!} ¦ ~30240
    T ¦ \sum_{k=0}^{5}\binom{5}{k} ¦ ~32

    T ¦ 3+4i ¦ ~3 + 4i
    T ¦ 3+4i ¦ ~4i + 3
    T ¦ 3+4i ¦ ~3+i4
    T ¦ 3+4i ¦ ~3+4\cdot i
    T ¦ 3+4i ¦ ~(3)+(4)i
    T ¦ 3+4i ¦ ~z=3+4i
    T ¦ 3+4i ¦ ~3+4\imath
    F ¦ 3+4i ¦ ~(3,4)
    F ¦ 3+4i ¦ ~3
    F ¦ 3+4i ¦ ~-3+4i
    T ¦ -1 ¦ ~i^{10}
    T ¦ i ¦ ~i^5
    T ¦ -i ¦ ~i^3
    T ¦ -i ¦ ~\frac{1}{i}
    T ¦ 1 ¦ ~i^4
    T ¦ 2 ¦ ~|1+i|^2
    T ¦ \sqrt2 ¦ ~|1+i|
    T ¦ 3-4i ¦ ~\overline{3+4i}
    T ¦ 5 ¦ ~\sqrt{3^2+4^2}
    T ¦ e^{i\pi/3} ¦ ~\frac12+\frac{\sqrt3}{2}i
    T ¦ e^{i\pi}+1 ¦ ~0
    T ¦ \cos\theta+i\sin\theta ¦ ~e^{i\theta}
    T ¦ 2e^{i\pi/4} ¦ ~\sqrt2+\sqrt2i
    T ¦ \frac{3+4i}{5} ¦ ~\frac35+\frac45i
    T ¦ \frac{1}{1+i} ¦ ~\frac{1-i}{2}
    T ¦ (2+3i)(1-i) ¦ ~5+i
    T ¦ -2i ¦ ~(1-i)^2
    T ¦ 1+i\sqrt3 ¦ ~1+\sqrt3i
    T ¦ 1+i\sqrt3 ¦ ~1+\sqrt{-3}
    T ¦ 2i ¦ ~\sqrt{-4}
    T ¦ 0 ¦ ~i+i^3
    T ¦ i ¦ ~e^{i\pi/2}
    T ¦ 8 ¦ ~(1+i)^6 + 8i + 8
    F ¦ 3+4i ¦ ~3+4j
    T ¦ 0+5i ¦ ~5i
    T ¦ 2+0i ¦ ~2
    T ¦ a+bi ¦ ~bi+a
    T ¦ x^2+1 ¦ ~(x+i)(x-i)
    T ¦ \operatorname{Re}(3+4i) ¦ ~3
    T ¦ \text{Im}(3+4i) ¦ ~4
    T ¦ -\frac{1}{2}-\frac{\sqrt3}{2}i ¦ ~e^{-2\pi i/3}
    T ¦ \frac{1}{2}i ¦ ~\frac{i}{2}
    T ¦ \frac{1}{2}i ¦ ~0.5i
    T ¦ 3-2i, 3+2i ¦ ~3\pm2i

    T ¦ \pi ¦ ~\pi
    T ¦ \pi ¦ ~3.14159265358979
    F ¦ \pi ¦ ~3.1416
    F ¦ \pi ¦ ~355/113
    F ¦ \pi ¦ ~\frac{355}{113}
    F ¦ \pi ¦ ~3
    T ¦ 2\pi ¦ ~2π
    T ¦ 2\pi ¦ ~6.283185
    T ¦ \frac{\pi}{2} ¦ ~1.570796
    T ¦ \frac{\pi}{2} ¦ ~90^\circ
    T ¦ \frac{\pi}{2} ¦ ~0.5\pi
    T ¦ e ¦ ~2.718282
    F ¦ e ¦ ~2.718
    T ¦ e^{-1} ¦ ~\frac1e
    T ¦ e^{-1} ¦ ~1/e
    T ¦ e^2 ¦ ~e^{2}
    T ¦ e^2 ¦ ~7.389056
    T ¦ \frac{1}{\pi} ¦ ~\pi^{-1}
    T ¦ \pi+e ¦ ~e+\pi
    F ¦ \pi e ¦ ~\pi+e
    T ¦ 36\pi ¦ ~36 \pi
    T ¦ 36\pi ¦ ~36pi
    T ¦ 36\pi ¦ ~\pi\cdot36
    T ¦ \frac{4}{3}\pi ¦ ~\frac{4\pi}{3}
    T ¦ \sqrt{\pi} ¦ ~\pi^{1/2}
    T ¦ \varphi ¦ ~\phi
    F ¦ \pi ¦ ~\Pi
    T ¦ \frac{1+\sqrt5}{2} ¦ ~1.618034
    T ¦ \gamma ¦ ~\gamma

    T ¦ x^2-1 ¦ ~x^{2}-1
    T ¦ x^2-1 ¦ ~-1+x^2
    T ¦ x^2-1 ¦ ~(x+1)(x-1)
    T ¦ x^2-1 ¦ ~x*x-1
    T ¦ x^2-1 ¦ ~x²-1
    T ¦ x^2-1 ¦ ~x**2-1
    T ¦ x^2-1 ¦ ~x^2-1=(x-1)(x+1)
    T ¦ x^2-1 ¦ ~f(x)=x^2-1
    F ¦ x^2-1 ¦ ~1-x^2
    F ¦ x^2-1 ¦ ~(x-1)^2
    F ¦ x^2-1 ¦ ~x^2
    T ¦ (x-1)(x-2)(x-3) ¦ ~x^3-6x^2+11x-6
    T ¦ 3x^2+6x ¦ ~3x(x+2)
    T ¦ xy+xz ¦ ~x(y+z)
    T ¦ (x+y)^2 ¦ ~x^2+2xy+y^2
    F ¦ (x+y)^2 ¦ ~x^2+y^2
    T ¦ a^2-b^2 ¦ ~(a-b)(a+b)
    T ¦ \frac{x^2}{4}-1 ¦ ~\frac{(x-2)(x+2)}{4}
    T ¦ -x^2+4 ¦ ~(2-x)(2+x)
    T ¦ n^2+2n+1 ¦ ~(n+1)^2
    T ¦ 2(l+w) ¦ ~2l+2w
    T ¦ \frac{1}{2}bh ¦ ~\frac{bh}{2}
    T ¦ (x-3)^2+(y+1)^2 ¦ ~(y+1)^2+(x-3)^2
    T ¦ x^{10}-1 ¦ ~(x^5-1)(x^5+1)
    T ¦ x^3y^2 ¦ ~y^2x^3
    F ¦ x^3y^2 ¦ ~x^2y^3
    T ¦ 0 ¦ ~x-x
    T ¦ x ¦ ~\frac{2x}{2}

    T ¦ 8 ¦ ~2^3
    T ¦ 8 ¦ ~2**3
    T ¦ 8 ¦ ~2³
    T ¦ 1024 ¦ ~2^{10}
    T ¦ 1024 ¦ ~4^5
    T ¦ \frac18 ¦ ~2^{-3}
    T ¦ x^{12} ¦ ~(x^3)^4
    T ¦ x^{12} ¦ ~x^{5}x^{7}
    T ¦ 2^{50} ¦ ~1125899906842624
    T ¦ 2^{50} ¦ ~32^{10}
    F ¦ 2^{50} ¦ ~2^{51}
    T ¦ a^{m+n} ¦ ~a^ma^n
    F ¦ a^{m+n} ¦ ~a^{mn}
    T ¦ 2^{n} ¦ ~2\cdot2^{n-1}
    T ¦ 2^{n+1}-2^n ¦ ~2^n
    T ¦ 4^{n} ¦ ~2^{2n}
    T ¦ x^{-2} ¦ ~\frac{1}{x^2}
    T ¦ x^{1/2} ¦ ~\sqrt{x}
    T ¦ 27^{2/3} ¦ ~9
    T ¦ 10^{100} ¦ ~(10^{10})^{10}
    F ¦ 10^{100} ¦ ~10^{99}
    T ¦ 3^{2^{2}} ¦ ~81
    T ¦ (-2)^3 ¦ ~-8
    T ¦ -2^2 ¦ ~-4
    F ¦ -2^2 ¦ ~4
    T ¦ (-1)^{n} ¦ ~(-1)^{n+2}
    F ¦ (-1)^n ¦ ~1
    T ¦ 2^{2005} ¦ ~2\cdot2^{2004}
    F ¦ \frac{1}{3^{50}} ¦ ~\frac{1}{3^{51}}
    T ¦ 1.5^2 ¦ ~2.25

    T ¦ 2\sqrt3 ¦ ~\sqrt{12}
    T ¦ 2\sqrt3 ¦ ~2*sqrt(3)
    T ¦ 2\sqrt3 ¦ ~2sqrt3
    T ¦ 2\sqrt3 ¦ ~2√3
    T ¦ 2\sqrt3 ¦ ~\sqrt3+\sqrt3
    T ¦ 2\sqrt3 ¦ ~\frac{6}{\sqrt3}
    T ¦ 2\sqrt3 ¦ ~\sqrt{3}\cdot2
    T ¦ 2\sqrt3 ¦ ~12^{1/2}
    T ¦ 2\sqrt3 ¦ ~3.464102
    F ¦ 2\sqrt3 ¦ ~3.46
    F ¦ 2\sqrt3 ¦ ~3\sqrt2
    T ¦ \sqrt[3]{2} ¦ ~2^{1/3}
    T ¦ \sqrt[3]{54} ¦ ~3\sqrt[3]{2}
    T ¦ \sqrt[4]{16} ¦ ~2
    T ¦ \sqrt{\frac12} ¦ ~\frac{\sqrt2}{2}
    T ¦ \frac{1}{\sqrt2+1} ¦ ~\sqrt2-1
    T ¦ \sqrt{7+4\sqrt3} ¦ ~2+\sqrt3
    T ¦ \sqrt{x^2} ¦ ~|x|
    F ¦ \sqrt{x^2} ¦ ~x
    T ¦ \sqrt{a}\sqrt{a} ¦ ~a
    T ¦ \sqrt{4x} ¦ ~2\sqrt{x}
    T ¦ \sqrt{2}+\sqrt{8} ¦ ~3\sqrt2
    T ¦ \sqrt{2}\sqrt{3} ¦ ~\sqrt6
    F ¦ \sqrt2+\sqrt3 ¦ ~\sqrt5
    T ¦ \frac{\sqrt6}{3} ¦ ~\sqrt{\frac23}
    T ¦ \frac{\sqrt6}{3} ¦ ~\frac{2}{\sqrt6}
    T ¦ \sqrt{50} ¦ ~5\sqrt2
    T ¦ ∛8 ¦ ~2
    T ¦ \sqrt[3]{-8} ¦ ~-2
    T ¦ \sqrt{2\sqrt{2}} ¦ ~2^{3/4}
    T ¦ \sqrt{x+1} ¦ ~(x+1)^{\frac12}

    T ¦ \frac{x^2-4}{x-2} ¦ ~x+2
    T ¦ \frac{1}{x-1}-\frac{1}{x+1} ¦ ~\frac{2}{x^2-1}
    T ¦ \frac{1}{\frac1a+\frac1b} ¦ ~\frac{ab}{a+b}
    F ¦ \frac{1}{a+b} ¦ ~\frac1a+\frac1b
    T ¦ \frac{a}{b}\div\frac{c}{d} ¦ ~\frac{ad}{bc}
    T ¦ \frac{2x+2}{2} ¦ ~x+1
    T ¦ \frac{x}{y} ¦ ~xy^{-1}
    T ¦ \frac{3}{x} ¦ ~3/x
    T ¦ 1+\frac1x ¦ ~\frac{x+1}{x}
    T ¦ \frac{-a}{b} ¦ ~-\frac ab
    T ¦ \frac{n}{2}(a+l) ¦ ~\frac{n(a+l)}{2}
    F ¦ \frac{x+1}{x} ¦ ~1+x
    T ¦ \frac{x^3+1}{x+1} ¦ ~x^2-x+1

    T ¦ 1 ¦ ~\sin^2\theta+\cos^2\theta
    T ¦ \sin2x ¦ ~2\sin x\cos x
    T ¦ \sin 2x ¦ ~\sin(2x)
    T ¦ \tan x ¦ ~\frac{\sin x}{\cos x}
    T ¦ \sec x ¦ ~\frac{1}{\cos x}
    T ¦ \cot x ¦ ~\frac{1}{\tan x}
    T ¦ \cos(x+y) ¦ ~\cos x\cos y-\sin x\sin y
    F ¦ \cos(x+y) ¦ ~\cos x+\cos y
    T ¦ \frac{1}{2} ¦ ~\sin\frac{\pi}{6}
    T ¦ \frac12 ¦ ~\sin 30^\circ
    T ¦ \frac12 ¦ ~\sin(30°)
    T ¦ \frac{\sqrt3}{3} ¦ ~\tan 30^\circ
    T ¦ -\frac12 ¦ ~\cos 120^\circ
    T ¦ \frac{\pi}{3} ¦ ~\arccos\frac12
    T ¦ \frac{\pi}{3} ¦ ~\cos^{-1}\frac{1}{2}
    T ¦ \frac{\pi}{4} ¦ ~\tan^{-1}1
    T ¦ \arctan\frac12 ¦ ~\tan^{-1}(1/2)
    T ¦ \arcsin\frac{3}{5} ¦ ~\arccos\frac45
    T ¦ \sin^2x ¦ ~(\sin x)^2
    T ¦ \sin^2 x ¦ ~1-\cos^2x
    F ¦ \sin^2 x ¦ ~\sin x^2
    T ¦ \sin x ¦ ~\cos(\frac{\pi}{2}-x)
    T ¦ \frac{1-\cos2x}{2} ¦ ~\sin^2x
    T ¦ \cos 36^\circ ¦ ~\frac{1+\sqrt5}{4}
    T ¦ \sin 75^\circ ¦ ~\frac{\sqrt6+\sqrt2}{4}
    T ¦ \sin 18^\circ ¦ ~\frac{\sqrt5-1}{4}
    T ¦ 2\cos x ¦ ~2cos(x)
    T ¦ -\sin x ¦ ~\sin(-x)
    T ¦ \cos x ¦ ~\cos(-x)
    T ¦ \tan 2x ¦ ~\frac{2\tan x}{1-\tan^2x}
    T ¦ \csc x ¦ ~\frac{1}{\sin x}

    T ¦ x+y ¦ ~y+x
    T ¦ ab ¦ ~ba
    T ¦ ab ¦ ~a\cdot b
    T ¦ ab ¦ ~a b
    T ¦ abc ¦ ~cab
    T ¦ x_1 ¦ ~x_{1}
    T ¦ x_1x_2 ¦ ~x_2x_1
    F ¦ x_1 ¦ ~x1
    F ¦ x_1 ¦ ~x
    F ¦ x ¦ ~x'
    F ¦ A ¦ ~a
    F ¦ AB ¦ ~ab
    T ¦ a_n ¦ ~a_{n}
    F ¦ a_n ¦ ~a_m
    F ¦ a_{n+1} ¦ ~a_n+1
    T ¦ \vec{v} ¦ ~\mathbf{v}
    T ¦ F=ma ¦ ~ma
    T ¦ ma ¦ ~F=ma
    T ¦ \frac{1}{2}mv^2 ¦ ~\frac{mv^2}{2}
    T ¦ E=mc^2 ¦ ~mc^2
    T ¦ \lambda ¦ ~λ
    F ¦ \lambda ¦ ~\mu
    T ¦ \Delta x ¦ ~\Delta x
    T ¦ \alpha\beta ¦ ~\beta\alpha
    T ¦ 2\theta ¦ ~\theta\cdot2
    T ¦ P(x) ¦ ~P(x)
    F ¦ P(x) ¦ ~P(y)
    T ¦ f(g(x)) ¦ ~f(g(x))
    T ¦ x_{i,j} ¦ ~x_{i,j}
    T ¦ x_{ij} ¦ ~x_{ij}
    T ¦ \mathbf{x} ¦ ~x
    F ¦ k ¦ ~x
    F ¦ n ¦ ~n+1
    T ¦ -b ¦ ~-b
    T ¦ \ell ¦ ~\ell
    T ¦ v_0 ¦ ~v_{0}
    T ¦ v_{0} ¦ ~v_0
    T ¦ s^2 ¦ ~s\cdot s
    T ¦ h ¦ ~h
    T ¦ 5g ¦ ~g\cdot5
    T ¦ 3s ¦ ~3s
    F ¦ 3s ¦ ~3
    F ¦ 5m ¦ ~5
    T ¦ \frac{mg}{k} ¦ ~\frac{m g}{k}

    T ¦ ½ ¦ ~0.5
    T ¦ \frac34 ¦ ~¾
    T ¦ \frac13 ¦ ~⅓
    T ¦ \frac23 ¦ ~⅔
    T ¦ x^3 ¦ ~x³
    T ¦ x^{10} ¦ ~x¹⁰
    T ¦ x_1 ¦ ~x₁
    T ¦ \sqrt{5} ¦ ~√5
    T ¦ \sqrt{15} ¦ ~√(15)
    T ¦ \sqrt{15} ¦ ~√15
    T ¦ 2\pi ¦ ~2𝜋
    T ¦ -3 ¦ ~−3
    T ¦ -3 ¦ ~‐3
    T ¦ -3 ¦ ~—3
    T ¦ x\ge3 ¦ ~x⩾3
    T ¦ x\geq 3 ¦ ~x≧3
    T ¦ 3\cdot4 ¦ ~3·4
    T ¦ 12 ¦ ~3⋅4
    T ¦ 12 ¦ ~3∙4
    T ¦ 12 ¦ ~3＊4
    T ¦ 7 ¦ ~３＋４
    T ¦ (1,2) ¦ ~（1，2）
    T ¦ \{1,2\} ¦ ~｛1,2｝
    T ¦ 25\% ¦ ~25％
    T ¦ 5 ¦ ~５
    T ¦ 3.5 ¦ ~３．５
    T ¦ 1234 ¦ ~1,234
    T ¦ 1234 ¦ ~１，２３４
    T ¦ 7 ¦ ~७
    T ¦ 7 ¦ ~۷
    T ¦ x ¦ ~𝑥
    T ¦ x^2 ¦ ~𝑥²
    T ¦ \infty ¦ ~∞
    T ¦ -\infty ¦ ~−∞
    T ¦ 30^\circ ¦ ~30˚
    T ¦ 30^\circ ¦ ~30º
    T ¦ \alpha ¦ ~α
    T ¦ \Delta ¦ ~Δ
    T ¦ x\in\mathbb{R} ¦ ~x∈ℝ
    T ¦ A\cup B ¦ ~A∪B
    T ¦ x\to\infty ¦ ~x→∞
    T ¦ 2\le x ¦ ~2⩽x
    T ¦ a\neq b ¦ ~a≠b
    T ¦ 8 ¦ ~8\#u{200B}
    T ¦ 8 ¦ ~\#u{FEFF}8
    T ¦ 8 ¦ ~8
    T ¦ 8 ¦ ~\#u{200E}8
    T ¦ "8" ¦ ~“8”
    T ¦ 8 ¦ 答案：8
    T ¦ 8 ¦ \boxed{8}。
    T ¦ 8 ¦ \boxed{8}，

    T ¦ Yes ¦ ~YES
    T ¦ Yes ¦ ~yes
    T ¦ Yes ¦ ~\text{Yes.}
    T ¦ Yes ¦ ~\text{Yes!}
    T ¦ Yes ¦ ~\mathrm{Yes}
    T ¦ Yes ¦ ~\textbf{Yes}
    T ¦ Yes ¦ The answer is Yes.
    T ¦ Yes ¦ Answer: yes
    T ¦ Yes ¦ **Yes**
    T ¦ \text{Yes} ¦ ~Yes
    T ¦ \text{No} ¦ ~No
    T ¦ No ¦ ~NO
    T ¦ No ¦ ~no.
    T ¦ True ¦ ~true
    T ¦ True ¦ ~\text{TRUE}
    T ¦ False ¦ ~\text{False}
    T ¦ false ¦ ~False
    F ¦ Yes ¦ ~No
    F ¦ Yes ¦ ~\text{Yes or No}
    F ¦ Yes ¦ ~\text{Maybe}
    F ¦ Yes ¦ ~\text{No, not Yes}
    F ¦ Yes ¦ ~Y
    F ¦ Yes ¦ ~1
    F ¦ Yes ¦ ~True
    F ¦ No ¦ ~\text{Yes}
    F ¦ No ¦ ~\text{not}
    F ¦ No ¦ ~\text{Nope}
    F ¦ No ¦ ~0
    F ¦ No ¦ ~on
    F ¦ True ¦ ~\text{untrue}
    F ¦ True ¦ ~\text{not true}
    F ¦ Yes ¦ ~\text{yes and no}
    F ¦ No ¦ ~\text{unknown}
    T ¦ Yes ¦ Yes, because it is even.
    T ¦ Yes ¦ The answer is yes, since 4 is even.

    T ¦ 3:4 ¦ ~3/4
    T ¦ 3:4 ¦ ~3:4
    T ¦ 3:4 ¦ ~9:12
    T ¦ 3:4 ¦ ~3\colon4
    T ¦ 3:4 ¦ ~0.75:1
    T ¦ 3:4 ¦ ~\frac{3}{4}
    T ¦ 3:4 ¦ ~3\text{ to }4
    T ¦ 3:4 ¦ ~3 to 4
    T ¦ 3:4 ¦ ~\text{3 to 4}
    T ¦ 3:4 ¦ ~1.5:2
    F ¦ 3:4 ¦ ~4:3
    F ¦ 3:4 ¦ ~3:5
    F ¦ 3:4 ¦ ~3,4
    F ¦ 3:4 ¦ ~34
    T ¦ 1:2:3 ¦ ~2:4:6
    T ¦ 1:2:3 ¦ ~1 : 2 : 3
    F ¦ 1:2:3 ¦ ~3:2:1
    F ¦ 1:2:3 ¦ ~1:2
    T ¦ \frac{3}{4} ¦ ~3:4
    T ¦ 10:30 ¦ ~10:30
    T ¦ 10:30 ¦ ~10:30 AM
    T ¦ 10:30\text{ am} ¦ ~10:30\text{ a.m.}
    T ¦ 10:30\text{ a.m.} ¦ ~10:30 AM
    F ¦ 10:30\text{ am} ¦ ~10:30\text{ pm}
    F ¦ 10:30 ¦ ~11:30
    F ¦ 10:30 ¦ ~22:30
    T ¦ 3:45\text{ PM} ¦ ~3:45 p.m.
    T ¦ 3:45\text{ PM} ¦ ~\text{3:45 PM}
    T ¦ 3:45 PM ¦ ~15:45
    T ¦ 12:00\text{ PM} ¦ ~12:00
    T ¦ \text{5 PM} ¦ ~5\text{ p.m.}
    T ¦ 5\text{ PM} ¦ ~17:00
    T ¦ 5\text{ PM} ¦ ~5:00 PM
    T ¦ 2\text{ hours }30\text{ minutes} ¦ ~150\text{ minutes}
    T ¦ 2\text{ hours }30\text{ minutes} ¦ ~2\frac12\text{ hours}
    T ¦ 2 hours 30 minutes ¦ ~2.5 hours
    T ¦ 2\text{ h }30\text{ min} ¦ ~2.5\text{ h}
    T ¦ 2.5\text{ hours} ¦ ~2\text{ hours and }30\text{ minutes}
    T ¦ 90\text{ seconds} ¦ ~1\text{ minute }30\text{ seconds}
    T ¦ 1:30 ¦ ~1:30
    T ¦ 5\text{ ft }6\text{ in} ¦ ~66\text{ in}
    T ¦ 5\text{ ft }6\text{ in} ¦ ~5.5\text{ ft}
    """#)
}
