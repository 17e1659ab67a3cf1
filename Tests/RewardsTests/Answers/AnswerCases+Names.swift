// Equations that only name a value, and answers that state another equation with the same right side.

extension AnswerCases {
  static let names = AnswerCases(
    #"""

    T ¦ f(2)=5 ¦ ~f(2)=5.0
    T ¦ f(2)=5 ¦ ~5
    T ¦ f(2)=5 ¦ ~5 = f(2)
    T ¦ f(2)=5 ¦ ~f(2)=\frac{10}{2}
    T ¦ f(2)=5 ¦ ~2f(2)=10
    F ¦ f(2)=5 ¦ ~f(2)=6
    F ¦ f(2)=5 ¦ ~f(3)=5
    F ¦ f(2)=5 ¦ ~g(2)=5
    F ¦ f(2)=5 ¦ ~2=3
    F ¦ f(2)=5 ¦ ~5=5
    F ¦ f(2)=5 ¦ ~f(2)+f(3)=5
    F ¦ f(\pi)=\ln 2 ¦ ~f(\pi)=\ln 3
    T ¦ f(\pi)=\ln 4 ¦ ~f(\pi)=2\ln 2
    T ¦ f'(2)=7 ¦ ~f'(2)=7.0
    F ¦ f'(2)=7 ¦ ~f'(2)=8
    F ¦ f(3,4)=12 ¦ ~f(3,4)=13
    F ¦ y(0)=1 ¦ ~y(0)=2
    F ¦ y(0)=1 ¦ ~2=3
    T ¦ y(0)=1 ¦ ~y(0)=\frac22
    F ¦ f(3)>12 ¦ ~f(3)>13
    T ¦ f(3)>12 ¦ ~12<f(3)
    T ¦ f(1)=2, f(2)=3 ¦ ~f(2)=3, f(1)=2
    F ¦ f(1)=2, f(2)=3 ¦ ~f(1)=3, f(2)=2
    T ¦ 2+3=5 ¦ ~3+2=5
    F ¦ 2+3=5 ¦ ~1+1=2
    F ¦ 2=3 ¦ ~4=5
    F ¦ \gcd(6,9)=3 ¦ ~\gcd(6,9)=4
    F ¦ x^2+y^2=25 ¦ ~\lim_{x\to 5}x^2=25
    F ¦ x^2+y^2=25 ¦ ~\angle A=25
    F ¦ x^2+y^2=25 ¦ ~\int_0^1 25\,dx=25
    F ¦ x^2+y^2=25 ¦ ~\text{Area}=25
    F ¦ 3x-y+13=0 ¦ ~\lim_{n\to\infty}\frac1n=0
    F ¦ y=3 ¦ ~\lim x=3
    F ¦ y=3 ¦ ~\angle B=3
    F ¦ y=3 ¦ ~\text{x}=3
    F ¦ \int_0^x f=3 ¦ ~\int_0^y g=3
    T ¦ \angle A=40^\circ ¦ ~m\angle A=40^\circ
    T ¦ \angle A=40^\circ ¦ ~A=40^\circ
    T ¦ A=40^\circ ¦ ~\angle A=40^\circ
    F ¦ \angle A=40^\circ ¦ ~\angle B=40^\circ
    T ¦ \angle A=40^\circ ¦ ~40
    T ¦ \text{Area}=12 ¦ ~A=12
    T ¦ \text{Area}=12 ¦ ~12
    F ¦ \text{Area}=12 ¦ ~A=13
    T ¦ P(X=2)=0.4 ¦ ~P(X = 2)=\frac25
    F ¦ P(X=2)=0.4 ¦ ~P(X=-2)=0.4
    T ¦ \lim_{x\to0}f(x)=2 ¦ ~\lim_{x \to 0} f(x) = 2.0
    F ¦ \lim_{x\to0}f(x)=2 ¦ ~\lim_{x\to0}f(x)=3
    T ¦ f^{-1}(x)=3x-6 ¦ ~3(x-2)
    T ¦ f^{-1}(x)=3x-6 ¦ ~f^{-1}(x)=3(x-2)
    F ¦ f^{-1}(x)=3x-6 ¦ ~f(x)=3x-6
    T ¦ f^{-1}(4)=7 ¦ ~7
    F ¦ f^{-1}(4)=7 ¦ ~\frac{4}{f}=7
    T ¦ \frac{dy}{dx}=3x^2 ¦ ~3x^2
    T ¦ dy/dx=3x^2 ¦ ~3x^2
    F ¦ \frac{dy}{dx}=3x^2 ¦ ~x^3
    T ¦ AB=6 ¦ ~6
    T ¦ |AB|=6 ¦ ~6
    F ¦ AB=6 ¦ ~AC=6
    F ¦ xy=6 ¦ ~6
    F ¦ PV=nRT ¦ ~nRT
    T ¦ y=2x+1 ¦ The answer is the line y=2x+1.
    T ¦ y=2x+1 ¦ ~\text{the line }y-1=2x
    T ¦ a_n=2n-1 ¦ Thus the answer is the value a_n=2n-1
    T ¦ \int_0^1 f=3 ¦ Thus the answer is the value \int_0^1 f=3.0
    F ¦ y=2x+1 ¦ The answer is the line y=2x-1.
    F ¦ y=3 ¦ The answer is the value x=3
    F ¦ y=3 ¦ ~\text{not }y=3
    F ¦ y=3 ¦ ~\text{the line }z=3
    T ¦ y=3 ¦ ~\text{the line }y=3
    T ¦ |AB|=6 ¦ Thus the answer is the value |AB|=6.0
    T ¦ \frac{dy}{dx}=3x^2 ¦ Thus the answer is the value \frac{dy}{dx}=x^2\cdot 3
    T ¦ y=|x| ¦ I found it to be y=|x|
    F ¦ y=3 ¦ ~\text{twice }y=3
    T ¦ \sin\theta=\frac35 ¦ ~0.6
    F ¦ \sin x=\frac35 ¦ ~0.6
    F ¦ \log_2 x=3 ¦ ~3
    F ¦ y=2x+1 ¦ ~(y-2x-1)(x-7)=0
    F ¦ y=2x+1 ¦ ~x(y-2x-1)=0
    F ¦ y=2x+1 ¦ ~(y-2x-1)(y+3)=0
    F ¦ y=3x ¦ ~xy=3x^2
    F ¦ a=2b ¦ ~ab=2b^2
    F ¦ y=2x ¦ ~y/x=2
    F ¦ y=x+1 ¦ ~y(x-1)=x^2-1
    F ¦ z=x+y ¦ ~(z-x-y)(x+y)=0
    F ¦ y=2x+1 ¦ ~k(y-2x-1)=0
    T ¦ y=\frac{1}{x} ¦ ~xy=1
    T ¦ xy=12 ¦ ~y=\frac{12}{x}
    T ¦ y=\frac{x}{x+1} ¦ ~y(x+1)=x
    T ¦ y=\frac{x+1}{x^2+1} ¦ ~y(x^2+1)-x=1
    T ¦ x^2=4py ¦ ~y=\frac{x^2}{4p}
    T ¦ v=\frac{d}{t} ¦ ~vt=d
    T ¦ y=2x+1 ¦ ~-3(y-2x-1)=0
    T ¦ y=2x+1 ¦ ~\sqrt2 y=\sqrt2(2x+1)
    F ¦ y=3x ¦ ~y \approx 3x
    F ¦ y=2x ¦ ~y\equiv 2x\pmod 5
    """#)
}
