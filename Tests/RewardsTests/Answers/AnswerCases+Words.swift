// Lists of values, percentages, signs, words. A table: longer than other files.

extension AnswerCases {
  static let words = AnswerCases(
    #"""

    T ¦ 2,3 ¦ ~2 \text{ and } 3
    T ¦ 2,3 ¦ ~2 and 3
    T ¦ 2,3 ¦ ~2 or 3
    T ¦ 2,3 ¦ ~2, 3
    T ¦ 2,3 ¦ ~\{2,3\}
    T ¦ 2,3 ¦ ~x = 2, 3
    T ¦ 2,3 ¦ ~x=2,x=3
    T ¦ 2,3 ¦ ~x=2\text{ and }x=3
    T ¦ 2,3 ¦ ~x\in\{2,3\}
    T ¦ 2,3 ¦ ~2\quad\text{and}\quad3
    T ¦ 2,3 ¦ ~2,\ 3
    T ¦ 2,3 ¦ ~2;\ 3
    T ¦ 2,3 ¦ ~2 \& 3
    T ¦ 2,3 ¦ ~x_{1}=2,\ x_{2}=3
    T ¦ 2,3 ¦ ~x_1 = 3, x_2 = 2
    T ¦ 2,3 ¦ ~(2,3)
    T ¦ 2,3 ¦ ~\text{2 and 3}
    T ¦ 2,3 ¦ ~\text{2, 3}
    F ¦ 2,3 ¦ ~5
    F ¦ 2,3 ¦ ~6
    F ¦ 2,3 ¦ ~2,4
    F ¦ 2,3 ¦ ~2.3
    F ¦ 2,3 ¦ ~23
    T ¦ 2,2,3 ¦ ~2,3
    T ¦ 1,2,3 ¦ ~1,2,\text{ and }3
    T ¦ 1,2,3 ¦ ~3, 2, \text{and } 1
    T ¦ 1 and 4 ¦ ~4 and 1
    T ¦ 1 and 4 ¦ ~\{1,4\}
    T ¦ 1\text{ and }4 ¦ ~1,4
    T ¦ 1 \text{ or } 4 ¦ ~4,1
    T ¦ \frac{1}{2},3 ¦ ~3,\frac12
    T ¦ -2, 5 ¦ ~5, -2
    F ¦ -2, 5 ¦ ~2, 5
    F ¦ -2, 5 ¦ ~-2
    F ¦ 5 ¦ ~-2, 5
    T ¦ 1+\sqrt2,1-\sqrt2 ¦ ~1\pm\sqrt2
    T ¦ 2, -2 ¦ ~\pm 2
    T ¦ 10\text{ cm}, 20\text{ cm} ¦ ~20, 10
    T ¦ 3,5,7 ¦ ~3, 5 and 7
    T ¦ 0,1 ¦ ~x=0,1
    T ¦ 0,1 ¦ ~0\text{ and }1
    T ¦ i,-i ¦ ~\pm i
    T ¦ (1,2),(2,1) ¦ ~(2,1)\text{ and }(1,2)
    T ¦ 2,3 ¦ The solutions are $x=2$ and $x=3$.
    T ¦ 2,3 ¦ Answer: 2 and 3
    T ¦ 2,3 ¦ x = 2 or x = 3

    T ¦ 25\% ¦ ~25\%
    T ¦ 25\% ¦ ~25 \%
    T ¦ 25\% ¦ ~25%
    T ¦ 25\% ¦ ~25 percent
    T ¦ 25\% ¦ ~0.25
    T ¦ 25\% ¦ ~\frac14
    T ¦ 25\% ¦ ~25.0\%
    F ¦ 25\% ¦ ~0.025
    F ¦ 25\% ¦ ~75\%
    F ¦ 25\% ¦ ~250
    T ¦ 25 ¦ ~25%
    T ¦ 25 ¦ ~25 \text{ percent}
    F ¦ 25 ¦ ~0.25
    T ¦ 0.25 ¦ ~25\%
    T ¦ \frac14 ¦ ~25\%
    T ¦ 12.5\% ¦ ~\frac{1}{8}
    T ¦ 33\frac13\% ¦ ~\frac13
    T ¦ 33\frac13\% ¦ ~33.\overline{3}\%
    T ¦ 33\frac13\% ¦ ~33.3333\%
    F ¦ 33\frac13\% ¦ ~33.3\%
    T ¦ 66\frac{2}{3}\% ¦ ~66\frac23
    T ¦ 100\% ¦ ~1
    T ¦ 1 ¦ ~100%
    T ¦ 0.5\% ¦ ~0.5%
    T ¦ 0.5\% ¦ ~\frac12\%
    T ¦ 0.5\% ¦ ~\frac{1}{200}
    T ¦ 150\% ¦ ~150
    T ¦ -5\% ¦ ~-5
    T ¦ 5\% ¦ ~5\text{ percent}
    T ¦ 5\% ¦ ~x=5\%
    F ¦ 5\% ¦ ~5\text{ or }6\%
    T ¦ 20\text{ percent} ¦ ~20\%
    T ¦ 20\text{ percent} ¦ ~0.2
    T ¦ 20 percent ¦ ~20
    T ¦ 20\% ¦ The answer is 20%.
    T ¦ 20\% ¦ It rose by 20%.
    T ¦ 20 ¦ It rose by 20 percent.

    T ¦ \pm3 ¦ ~3, -3
    T ¦ \pm3 ¦ ~-3, 3
    T ¦ \pm3 ¦ ~\{3,-3\}
    T ¦ \pm3 ¦ ~x=3\text{ or }x=-3
    T ¦ \pm3 ¦ ~x=3, x=-3
    T ¦ \pm3 ¦ ~+3,-3
    T ¦ \pm3 ¦ ~3 and -3
    T ¦ \pm3 ¦ ~\pm 3.0
    T ¦ \pm3 ¦ ~+/-3
    T ¦ \pm3 ¦ ~x=\pm3
    F ¦ \pm3 ¦ ~3
    F ¦ \pm3 ¦ ~-3
    F ¦ \pm3 ¦ ~\pm4
    F ¦ \pm3 ¦ ~3,-4
    F ¦ \pm3 ¦ ~|x|=3
    F ¦ \pm3 ¦ ~x^2=9
    F ¦ 3 ¦ ~±3
    T ¦ 1\pm2i ¦ ~1+2i,1-2i
    T ¦ 1\pm2i ¦ ~1\pm 2i
    F ¦ 1\pm2i ¦ ~1+2i
    T ¦ 2\pm\sqrt3 ¦ ~\{2+\sqrt3,2-\sqrt3\}
    T ¦ 2\pm\sqrt3 ¦ ~x=2\pm\sqrt{3}
    T ¦ 2\pm\sqrt3 ¦ ~2+\sqrt3 \text{ and } 2-\sqrt3
    T ¦ \frac{1\pm\sqrt5}{2} ¦ ~\frac{1+\sqrt5}{2},\frac{1-\sqrt5}{2}
    T ¦ \frac{1\pm\sqrt5}{2} ¦ ~\frac12\pm\frac{\sqrt5}{2}
    F ¦ \frac{1\pm\sqrt5}{2} ¦ ~\frac{1\pm\sqrt5}{4}
    T ¦ \pm\frac{1}{2} ¦ ~\pm0.5
    T ¦ \pm\sqrt{2} ¦ ~\sqrt2,-\sqrt2
    T ¦ \pm 1 ¦ ~1, -1
    T ¦ \{1,-1\} ¦ ~\pm1
    T ¦ -1, 1 ¦ ~\pm1
    T ¦ \pm1,\pm2 ¦ ~1,-1,2,-2
    T ¦ \pm1,\pm2 ¦ ~\pm2,\pm1
    T ¦ \mp3 ¦ ~\pm3
    T ¦ 0,\pm1 ¦ ~-1,0,1

    T ¦ 320000 ¦ ~3.2\times10^{5}
    T ¦ 320000 ¦ ~3.2*10^5
    T ¦ 320000 ¦ ~3.2x10^5
    T ¦ 320000 ¦ ~3.2×10^5
    T ¦ 320000 ¦ ~3.2 × 10⁵
    T ¦ 320000 ¦ ~3.2E5
    T ¦ 320000 ¦ ~3.2e+5
    T ¦ 320000 ¦ ~32e4
    T ¦ 320000 ¦ ~3.2\cdot10^5
    T ¦ 320000 ¦ ~0.32\times10^6
    T ¦ 0.0015 ¦ ~1.5e-3
    T ¦ 0.0015 ¦ ~1.5\times10^{-3}
    T ¦ 0.0015 ¦ ~15\times10^{-4}
    T ¦ 6.02\times10^{23} ¦ ~6.02e23
    T ¦ 6.02\times10^{23} ¦ ~602000000000000000000000
    T ¦ 6.02\times10^{23} ¦ ~6.02\cdot 10^{23}\text{ mol}^{-1}
    F ¦ 6.02\times10^{23} ¦ ~6.03\times10^{23}
    F ¦ 1.6\times10^{-19} ¦ ~1.6\times10^{-18}
    T ¦ 1.6\times10^{-19} ¦ ~1.6e-19
    T ¦ 10^{-3} ¦ ~0.001
    T ¦ 10^{6} ¦ ~1,000,000
    T ¦ -4500 ¦ ~-4.5e3
    T ¦ 4.5\times10^3 ¦ ~4500
    T ¦ 2\times10^{-10} ¦ ~0.0000000002
    F ¦ 10^5 ¦ ~10^6
    T ¦ 10^5 ¦ ~1e5
    T ¦ 5.0\times10^2 ¦ ~500

    T ¦ \text{Tuesday} ¦ ~Tuesday
    T ¦ \text{Tuesday} ¦ ~\textbf{Tuesday}
    T ¦ \text{Tuesday} ¦ ~\mathrm{Tuesday}
    T ¦ \text{Tuesday} ¦ ~TUESDAY
    T ¦ \text{Tuesday} ¦ ~"Tuesday"
    T ¦ \text{Tuesday} ¦ ~\text{Tuesday.}
    T ¦ \text{Tuesday} ¦ The answer is \textbf{Tuesday}.
    T ¦ \text{Tuesday} ¦ **Tuesday**
    T ¦ Tuesday ¦ <answer>Tuesday</answer>
    F ¦ \text{Tuesday} ¦ ~\text{Tues}
    F ¦ \text{Tuesday} ¦ ~\text{Monday or Tuesday}
    F ¦ \text{Tuesday} ¦ ~Teusday
    T ¦ \text{Evelyn} ¦ ~evelyn
    T ¦ \text{a circle} ¦ ~\text{A circle}
    T ¦ \text{a circle} ¦ ~circle
    T ¦ \text{the circle} ¦ ~\text{circle}
    T ¦ \text{ellipse} ¦ ~\text{Ellipse}
    T ¦ \text{ellipse} ¦ ~\text{an ellipse}
    F ¦ \text{ellipse} ¦ ~\text{not an ellipse}
    F ¦ \text{ellipse} ¦ ~\text{hyperbola}
    T ¦ \text{right triangle} ¦ ~\text{right-triangle}
    T ¦ \text{right triangle} ¦ ~\text{Right Triangle}
    T ¦ \text{odd} ¦ ~odd
    T ¦ \text{odd} ¦ ~\text{Odd}
    F ¦ \text{odd} ¦ ~\text{not odd}
    T ¦ \text{even} ¦ ~even
    T ¦ north ¦ ~\text{North}
    F ¦ north ¦ ~thorn
    F ¦ \text{stale} ¦ ~\text{least}
    F ¦ \text{stale} ¦ ~least
    T ¦ \text{New York} ¦ ~\text{new york}
    T ¦ \text{New York} ¦ ~\text{NewYork}
    T ¦ red ¦ ~\text{red}
    T ¦ red ¦ ~red
    F ¦ red ¦ ~\text{der}
    T ¦ dog ¦ ~\text{dog}
    T ¦ \text{cat} ¦ ~cat
    F ¦ \text{cat} ¦ ~act
    F ¦ \text{cat} ¦ ~\text{act}
    T ¦ \text{Alice and Bob} ¦ ~\text{Bob and Alice}
    T ¦ \text{Alice, Bob} ¦ ~\text{Bob, Alice}
    T ¦ \text{infinitely many} ¦ ~\text{infinitely many}
    T ¦ \text{neither} ¦ ~\text{Neither}
    T ¦ \text{linear} ¦ ~Linear
    T ¦ \text{(A)} ¦ ~\text{(A)}
    T ¦ \text{(A)} ¦ ~A
    T ¦ A ¦ ~\text{A}
    T ¦ A ¦ ~(A)
    F ¦ A ¦ ~B
    F ¦ A ¦ ~a
    T ¦ \text{B} ¦ ~B

    T ¦ 12 ¦ ~\text{12}
    T ¦ 12 ¦ ~\text{12 units}
    T ¦ 12 ¦ ~\text{12 cm}
    T ¦ 12 ¦ ~\text{The answer is 12}
    T ¦ 12 ¦ ~\text{Answer: 12}
    T ¦ 12 ¦ ~\text{total of }12
    T ¦ 12 ¦ ~\text{approximately }12
    T ¦ 12 ¦ ~\approx12
    T ¦ 12 ¦ ~=12
    T ¦ 12 ¦ ~12 \text{ (exact)}
    T ¦ 12 ¦ ~12\text{ (units)}
    T ¦ 12 ¦ ~\text{Twelve}
    T ¦ 12 ¦ ~twelve
    T ¦ 21 ¦ ~\text{twenty-one}
    T ¦ 21 ¦ ~\text{twenty one}
    T ¦ 100 ¦ ~\text{one hundred}
    T ¦ 105 ¦ ~\text{one hundred five}
    T ¦ 105 ¦ ~\text{one hundred and five}
    T ¦ \frac{1}{2} ¦ ~\text{one half}
    T ¦ \frac{1}{2} ¦ ~\text{half}
    T ¦ \frac12 ¦ ~\text{0.5}
    F ¦ 12 ¦ ~\text{twelve or thirteen}
    F ¦ 12 ¦ ~\text{not twelve}
    F ¦ 12 ¦ ~\text{fewer than }12
    F ¦ 12 ¦ ~\text{at most }12
    F ¦ 12 ¦ ~12\text{ or more}
    F ¦ 12 ¦ ~\text{between }11\text{ and }13
    F ¦ 12 ¦ ~\text{almost }12
    F ¦ 12 ¦ ~12\text{ is too small}
    T ¦ 12 ¦ ~\textsf{12}
    T ¦ 12 ¦ ~\texttt{12}
    T ¦ 12 ¦ ~\emph{12}
    T ¦ 12 ¦ ~\hbox{12}
    T ¦ 12 ¦ ~{\rm 12}
    T ¦ x+1 ¦ ~\text{x+1}
    T ¦ x ¦ ~\text{x}
    T ¦ x ¦ ~\mathrm{x}
    T ¦ 12 ¦ ~\text{Perimeter: }12
    T ¦ 12 ¦ ~\text{Perimeter} = 12 \text{ cm}
    T ¦ 12 ¦ ~x=12\text{ cm}
    T ¦ 12 ¦ ~\text{12.}
    T ¦ -12 ¦ ~\text{-12}
    T ¦ 1234 ¦ ~\text{1,234}
    T ¦ 12 ¦ ~\text{\$12}
    """#)
}
