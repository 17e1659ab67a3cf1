// Equations, functions, logarithms, matrices. A table: longer than other files.

extension AnswerCases {
  static let relations = AnswerCases(
    #"""

    T ¦ x=5 ¦ ~x = 5
    T ¦ x=5 ¦ ~5=x
    T ¦ x=5 ¦ ~x=5.0
    T ¦ x=5 ¦ ~x=\frac{10}{2}
    T ¦ x=5 ¦ ~x-5=0
    F ¦ x=5 ¦ ~x=6
    F ¦ x=5 ¦ ~X=5
    T ¦ y=2x+1 ¦ ~y = 2x + 1
    T ¦ y=2x+1 ¦ ~f(x)=2x+1
    T ¦ y=2x+1 ¦ ~y=1+2x
    T ¦ y=2x+1 ¦ ~2x+1=y
    T ¦ y=2x+1 ¦ ~y=2(x+\frac12)
    T ¦ y=2x+1 ¦ ~x=\frac{y-1}{2}
    F ¦ y=2x+1 ¦ ~y=2x
    F ¦ y=2x+1 ¦ ~y=2x+2
    F ¦ y=2x+1 ¦ ~x=2y+1
    F ¦ y=2x+1 ¦ ~2x
    T ¦ y=-\frac{2}{3}x+4 ¦ ~2x+3y=12
    T ¦ y=-\frac{2}{3}x+4 ¦ ~y=4-\frac{2x}{3}
    T ¦ 2x+3y=12 ¦ ~y=-\frac23x+4
    T ¦ x^2+y^2=25 ¦ ~y^2+x^2=25
    T ¦ x^2+y^2=25 ¦ ~2x^2+2y^2=50
    F ¦ x^2+y^2=25 ¦ ~x^2-y^2=25
    F ¦ x^2+y^2=25 ¦ ~x^2+y^2
    F ¦ x^2+y^2=25 ¦ ~25
    T ¦ \frac{x^2}{9}+\frac{y^2}{4}=1 ¦ ~4x^2+9y^2=36
    T ¦ (x-2)^2+(y-3)^2=16 ¦ ~x^2+y^2-4x-6y-3=0
    T ¦ f(x)=x^2+1 ¦ ~x^2+1
    T ¦ f(x)=x^2+1 ¦ ~f(x) = 1 + x^2
    F ¦ f(x)=x^2+1 ¦ ~g(x)=x^2
    T ¦ f(x)=2x ¦ ~f(x)=x+x
    T ¦ x=2,y=3 ¦ ~(2,3)
    T ¦ x=2,y=3 ¦ ~x=2 \text{ and } y=3
    T ¦ x=2,y=3 ¦ ~\begin{cases}x=2\\y=3\end{cases}
    F ¦ x=2,y=3 ¦ ~x=2
    F ¦ x=2,y=3 ¦ ~x=2,y=3,z=4
    T ¦ a=1, b=-2 ¦ ~b=-2, a=1
    T ¦ 10 ¦ ~2\cdot5=10
    T ¦ 10 ¦ ~10=10
    F ¦ 10 ¦ ~10=11
    T ¦ 10 ¦ ~x+y=3+7=10
    T ¦ \frac{1}{2} ¦ ~P(A)=\frac{1}{2}
    T ¦ \frac{1}{2} ¦ ~P(X>1)=\frac12
    T ¦ \frac{1}{2} ¦ ~P(A|B)=\frac{1}{2}
    T ¦ 12 ¦ ~\overline{AB}=12
    T ¦ 12 ¦ ~|AB|=12
    T ¦ 12 ¦ ~AB=12
    T ¦ 12 ¦ ~[ABC]=12
    T ¦ 12 ¦ ~S_{\triangle ABC}=12
    T ¦ 12 ¦ ~\text{Area}=12\text{ cm}^2
    T ¦ 12 ¦ ~a_{5}=12
    T ¦ 12 ¦ ~f(3)=12
    T ¦ 12 ¦ ~f(g(3))=12
    T ¦ 12 ¦ ~f'(3)=12
    T ¦ 12 ¦ ~\lim_{x\to0}f(x)=12
    T ¦ 12 ¦ ~\sum=12
    T ¦ 12 ¦ ~N=3\cdot4=12
    T ¦ 12 ¦ ~\boxed{x=12}
    T ¦ 12 ¦ ~\text{so } x=12
    T ¦ 12 ¦ ~\therefore x=12
    T ¦ 12 ¦ ~\Rightarrow x=12
    T ¦ 12 ¦ ~x-2=10 \Rightarrow x=12
    T ¦ -3 ¦ ~m=-3
    T ¦ 3 ¦ ~k=3
    T ¦ y=2 ¦ ~y=2
    F ¦ y=2 ¦ ~x=2
    T ¦ y=2 ¦ ~2
    T ¦ x=3 ¦ ~3
    T ¦ y=x^2 ¦ ~y=x\cdot x
    T ¦ y=x^2 ¦ ~x^2-y=0
    F ¦ y=x^2 ¦ ~y=-x^2
    T ¦ r=5 ¦ ~r = 5 \text{ cm}
    T ¦ y = e^{2x} ¦ ~y=(e^x)^2
    T ¦ y-3=2(x-1) ¦ ~y=2x+1
    T ¦ 3x-y+13=0 ¦ ~y=3x+13
    T ¦ 3x-y+13=0 ¦ ~-3x+y-13=0
    F ¦ 3x-y+13=0 ¦ ~3x-y-13=0

    T ¦ 4 ¦ ~\lfloor\pi+1\rfloor
    T ¦ 5 ¦ ~\lceil\sqrt{20}\rceil
    T ¦ 3 ¦ ~\left\lfloor 3.9 \right\rfloor
    F ¦ 4 ¦ ~\lfloor 3.9\rfloor
    T ¦ -3 ¦ ~\lfloor -2.5\rfloor
    T ¦ 5 ¦ ~\vert-5\vert
    T ¦ 5 ¦ ~\lvert -5 \rvert
    T ¦ 5 ¦ ~\mid-5\mid
    T ¦ 5 ¦ ~\text{abs}(-5)
    T ¦ 1 ¦ ~7\mod 3
    T ¦ 1 ¦ ~7 \mod{3}
    T ¦ 3\pmod 7 ¦ ~3 \pmod{7}
    T ¦ 3\pmod 7 ¦ ~x\equiv3\pmod7
    T ¦ 3\pmod 7 ¦ ~10\pmod 7
    F ¦ 3\pmod 7 ¦ ~3\pmod 8
    T ¦ 3 ¦ ~3\pmod 7
    T ¦ \infty ¦ ~\infty
    T ¦ \infty ¦ ~∞
    T ¦ \infty ¦ ~\text{infinity}
    T ¦ \infty ¦ ~\text{Infinity}
    T ¦ -\infty ¦ ~-∞
    F ¦ -\infty ¦ ~\infty
    T ¦ \infty ¦ ~x\to\infty
    T ¦ \text{undefined} ¦ ~\text{Undefined}
    T ¦ \text{undefined} ¦ ~\frac{1}{0}
    T ¦ \text{undefined} ¦ ~undefined
    T ¦ \text{DNE} ¦ ~DNE
    T ¦ \text{DNE} ¦ ~\text{the limit does not exist}
    T ¦ \text{DNE} ¦ ~\text{Does not exist}
    F ¦ \text{DNE} ¦ ~\infty
    T ¦ 1,2,\ldots,n ¦ ~1,2,...,n
    T ¦ 1, 2, \ldots, n ¦ ~1,2,\cdots,n
    F ¦ 1, 2, \ldots, n ¦ ~0, 1, \ldots, n
    T ¦ 6 ¦ ~\gcd(18,12)
    T ¦ 6 ¦ ~\text{gcd}(12,18)
    T ¦ 36 ¦ ~\text{lcm}(12,18)
    T ¦ 36 ¦ ~\mathrm{lcm}(12,18)
    T ¦ 36 ¦ ~\operatorname{lcm}(12, 18)
    T ¦ 3 ¦ ~\min(3,7)
    T ¦ 3 ¦ ~\min\{3,7\}
    T ¦ 7 ¦ ~\max\{3,7\}
    F ¦ 7 ¦ ~\min(3,7)
    T ¦ 3 ¦ ~\operatorname{sgn}(5)+2
    T ¦ \frac{1}{0} ¦ ~\text{undefined}
    F ¦ \frac{1}{0} ¦ ~\infty
    F ¦ \frac{0}{0} ¦ ~1
    T ¦ f(x)+c ¦ ~c+f(x)
    T ¦ f'(x) ¦ ~f'(x)
    F ¦ f'(x) ¦ ~f(x)
    T ¦ f^{-1}(x) ¦ ~f^{-1}(x)
    T ¦ \frac{dy}{dx} ¦ ~\frac{dy}{dx}
    T ¦ 2 ¦ ~\log_3 9
    T ¦ 5 ¦ ~\sqrt{(-5)^2}
    T ¦ \max(a,b) ¦ ~\max(b,a)
    T ¦ |a-b| ¦ ~|b-a|

    T ¦ 3\ln2 ¦ ~\ln(8)
    F ¦ \log 100 ¦ ~3
    T ¦ \log_{10}100 ¦ ~2
    T ¦ \log_2 10 ¦ ~\frac{\ln 10}{\ln 2}
    T ¦ \log_2 10 ¦ ~\frac{\log 10}{\log 2}
    T ¦ \log_2 10 ¦ ~1+\log_2 5
    T ¦ \lg 100 ¦ ~2
    T ¦ \ln(ab) ¦ ~\ln a+\ln b
    T ¦ \ln\frac{a}{b} ¦ ~\ln a-\ln b
    T ¦ \ln x^2 ¦ ~2\ln x
    T ¦ e^{-x} ¦ ~\frac{1}{e^x}
    T ¦ e^{x} ¦ ~\exp(x)
    T ¦ e^{\ln 5} ¦ ~5
    T ¦ \ln(e^3) ¦ ~3
    F ¦ \ln 6 ¦ ~\ln 5
    F ¦ \ln 6 ¦ ~\ln(2+3)
    F ¦ e^{2x} ¦ ~e^{x^2}
    T ¦ \frac{\ln 2}{2} ¦ ~\ln\sqrt2
    T ¦ \ln 2 ¦ ~0.693147
    F ¦ \ln 2 ¦ ~0.6931
    T ¦ 2^{\log_2 7} ¦ ~7
    T ¦ \log_8 4 ¦ ~\frac23
    T ¦ 10^{2} ¦ ~100
    T ¦ e ¦ ~\exp(1)
    T ¦ \ln|x|+C ¦ ~C+\ln|x|
    T ¦ \ln(x^2+1) ¦ ~\ln(1+x^2)
    T ¦ x\ln x-x ¦ ~x(\ln x-1)
    T ¦ \ln 3 - \ln 2 ¦ ~\ln\frac{3}{2}
    T ¦ \ln 3 - \ln 2 ¦ ~\ln 1.5
    T ¦ \log_{2}(3) ¦ ~\log_2 3
    T ¦ \frac{1}{\ln 2} ¦ ~\log_2 e

    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}
    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\begin{Bmatrix}1&2\\3&4\end{Bmatrix}
    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\left[\begin{array}{cc}1&2\\3&4\end{array}\right]
    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\left[\begin{matrix}1&2\\3&4\end{matrix}\right]
    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~A=\begin{pmatrix}1&2\\3&4\end{pmatrix}
    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\begin{pmatrix}1&2\\3&4\\\end{pmatrix}
    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\begin{smallmatrix}1&2\\3&4\end{smallmatrix}
    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~[[1,2],[3,4]]
    T ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\begin{pmatrix}1&2\cr3&4\end{pmatrix}
    F ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\begin{pmatrix}1&2\\3&4\end{pmatrix}^T
    T ¦ \begin{pmatrix}1&3\\2&4\end{pmatrix} ¦ ~\begin{pmatrix}1&2\\3&4\end{pmatrix}^T
    F ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~\begin{pmatrix}1&2&3&4\end{pmatrix}
    F ¦ \begin{pmatrix}1&2\\3&4\end{pmatrix} ¦ ~1,2,3,4
    F ¦ \begin{pmatrix}1\\2\end{pmatrix} ¦ ~\begin{pmatrix}2\\1\end{pmatrix}
    T ¦ \begin{pmatrix}1\\2\end{pmatrix} ¦ ~\begin{bmatrix}1\\2\end{bmatrix}
    T ¦ \begin{pmatrix}1\\2\end{pmatrix} ¦ ~(1,2)
    T ¦ \begin{pmatrix}1\\2\\3\end{pmatrix} ¦ ~\langle1,2,3\rangle
    T ¦ \begin{pmatrix}\frac12\\3\end{pmatrix} ¦ ~\begin{pmatrix}0.5\\3\end{pmatrix}
    T ¦ \begin{pmatrix}1&0\\0&1\end{pmatrix} ¦ ~\frac12\begin{pmatrix}2&0\\0&2\end{pmatrix}
    T ¦ \begin{pmatrix}-1&0\\0&-1\end{pmatrix} ¦ ~-\begin{pmatrix}1&0\\0&1\end{pmatrix}
    T ¦ -2 ¦ ~\det\begin{pmatrix}1&2\\3&4\end{pmatrix}
    T ¦ -2 ¦ ~\left|\begin{matrix}1&2\\3&4\end{matrix}\right|
    T ¦ -2 ¦ ~\left|\begin{array}{cc}1&2\\3&4\end{array}\right|
    F ¦ 2 ¦ ~\det\begin{pmatrix}1&2\\3&4\end{pmatrix}
    T ¦ \begin{pmatrix}a&b\\c&d\end{pmatrix} ¦ ~\begin{bmatrix}a&b\\c&d\end{bmatrix}
    F ¦ \begin{pmatrix}a&b\\c&d\end{pmatrix} ¦ ~\begin{bmatrix}a&c\\b&d\end{bmatrix}
    T ¦ \begin{pmatrix} 7 & 0 \\ 0 & 7 \end{pmatrix} ¦ ~\begin{pmatrix} 7 & 0 \\[2pt] 0 & 7 \end{pmatrix}
    T ¦ \begin{pmatrix}1&2\end{pmatrix} ¦ ~\begin{bmatrix}1&2\end{bmatrix}
    T ¦ \begin{pmatrix}1&2\end{pmatrix} ¦ ~(1,2)
    T ¦ \begin{pmatrix}1\\2\end{pmatrix} ¦ ~\begin{pmatrix}1&2\end{pmatrix}^T
    T ¦ \begin{pmatrix}1\\2\end{pmatrix} ¦ ~\begin{pmatrix}1&2\end{pmatrix}^{\top}
    T ¦ I ¦ ~I
    """#)
}
