// Units, currencies, angles, bases. A table: longer than other files.

extension AnswerCases {
  static let units = AnswerCases(
    #"""

    T ¦ 1011_2 ¦ ~1011_{2}
    T ¦ 1011_2 ¦ ~(1011)_2
    T ¦ 1011_2 ¦ ~(1011)_{2}
    T ¦ (1011)_2 ¦ ~1011_2
    F ¦ 1011_2 ¦ ~1101_2
    T ¦ 1011_2 ¦ ~13_8
    T ¦ 1011_2 ¦ ~B_{16}
    T ¦ 1011_2 ¦ ~\text{B}_{16}
    T ¦ 2A_{16} ¦ ~2\text{A}_{16}
    T ¦ 2A_{16} ¦ ~\text{2A}_{16}
    T ¦ 2A_{16} ¦ ~52_8
    T ¦ 255 ¦ ~FF_{16}
    T ¦ FF_{16} ¦ ~255_{10}
    T ¦ FF_{16} ¦ ~255
    T ¦ 1011_2 ¦ ~11
    T ¦ 11 ¦ ~1011_2
    T ¦ 1011_2 ¦ ~1011_{\text{two}}
    T ¦ 1011_2 ¦ ~1011_\text{two}
    T ¦ 2516_8 ¦ ~2516_{\text{eight}}
    T ¦ 1011_2 ¦ ~1011\text{ (base 2)}
    T ¦ 1011_2 ¦ ~1011_{(2)}
    F ¦ 1011_2 ¦ ~1011_{16}
    F ¦ 2A_{16} ¦ ~2A_{12}
    T ¦ 0.1_2 ¦ ~0.5
    T ¦ 10.1_2 ¦ ~2.5
    F ¦ 1011_2 ¦ ~1012_2

    T ¦ 5\text{ cm} ¦ ~5cm
    T ¦ 5\text{ cm} ¦ ~5\,cm
    T ¦ 5 cm ¦ ~5
    T ¦ 5 ¦ ~5 cm
    T ¦ 5 ¦ ~5\ \mathrm{km}
    T ¦ 5 ¦ ~5\text{ km/h}
    T ¦ 60 ¦ ~60 \text{ miles/hour}
    T ¦ 60 ¦ ~60 km/h
    F ¦ 5\text{ kg} ¦ ~5\text{ lb}
    F ¦ 5\text{ cm} ¦ ~5\text{ cm}^2
    F ¦ 5\text{ cm}^2 ¦ ~5\text{ cm}^3
    T ¦ 5\text{ cm}^2 ¦ ~5\text{ square centimeters}
    T ¦ 5\text{ m} ¦ ~500\text{ cm}
    T ¦ 1\text{ km} ¦ ~1000\text{ m}
    T ¦ 2\text{ kg} ¦ ~2000\text{ g}
    T ¦ 1.5\text{ hours} ¦ ~90\text{ minutes}
    T ¦ 90\text{ minutes} ¦ ~1\text{ hour }30\text{ minutes}
    T ¦ 3\text{ days} ¦ ~72\text{ hours}
    T ¦ 2\text{ weeks} ¦ ~14\text{ days}
    T ¦ 1\text{ L} ¦ ~1000\text{ mL}
    T ¦ 36 \text{ km/h} ¦ ~10 \text{ m/s}
    T ¦ 7 ¦ ~7 \text{ people}
    T ¦ 7 ¦ ~7\text{ different ways}
    T ¦ 7\text{ ways} ¦ ~7
    T ¦ 18 ¦ ~18 \text{ sq units}
    T ¦ 18 ¦ ~18\text{ units}^2
    T ¦ 18 ¦ ~18\text{ units squared}
    T ¦ 18 ¦ ~18\ \text{cubic inches}
    T ¦ 18 ¦ ~18 ft
    T ¦ 18 ¦ ~18 ft^2
    T ¦ 18 ¦ ~18\text{ ft}^2
    T ¦ 100\pi ¦ ~100\pi\text{ square feet}
    T ¦ 100\pi ¦ ~100\pi cm^2
    T ¦ 2\sqrt{3} ¦ ~2\sqrt{3}\text{ cm}
    T ¦ \frac{5}{2} ¦ ~\frac{5}{2}\text{ miles}
    T ¦ \frac{5}{2} ¦ ~2\frac12\text{ miles}
    T ¦ 12 ¦ ~12\text{ inches}
    T ¦ 12 \text{ inches} ¦ ~1 \text{ foot}
    T ¦ 5 ¦ ~5\text{ mi}
    T ¦ 3 ¦ ~3 \text{ seconds}
    T ¦ 3 ¦ ~3 s
    T ¦ 3 ¦ ~3\text{ s}
    T ¦ 20 ¦ ~20\,^\circ\text{C}
    T ¦ 8 ¦ ~8\text{ years old}
    T ¦ 8 ¦ ~8 years
    T ¦ 40 ¦ ~40\text{ hours per week}
    T ¦ 4 ¦ ~4\text{ more}
    F ¦ 16 ¦ ~16x\text{ cm}
    F ¦ 5 ¦ ~5\text{ hundred}
    T ¦ 500 ¦ ~5\text{ hundred}
    T ¦ 3000000 ¦ ~3\text{ million}
    F ¦ 7 ¦ ~7\text{ and a half}
    F ¦ 7 ¦ ~7\text{ or more}
    F ¦ 7 ¦ ~\text{less than }7
    F ¦ 7 ¦ ~\text{at least }7
    F ¦ 7 ¦ ~7\text{ or }8\text{ apples}
    F ¦ 7 ¦ ~\text{not }7
    T ¦ 9.8\text{ m/s}^2 ¦ ~9.8
    T ¦ 9.8 ¦ ~9.8\ \text{m}/\text{s}^2
    T ¦ 9.8 ¦ ~9.8 m/s^2
    F ¦ 50\text{ cm} ¦ ~50\text{ m}
    F ¦ 2\text{ hours} ¦ ~2\text{ days}
    T ¦ 5\text{ meters} ¦ ~5\text{ m}
    T ¦ 5\text{ ft} ¦ ~5\text{ feet}
    T ¦ 10\text{ N} ¦ ~10\ \mathrm{N}
    T ¦ 30\text{ mph} ¦ ~30\text{ miles per hour}

    T ¦ 18 ¦ ~18\$
    T ¦ 18 ¦ ~18 USD
    T ¦ 18 ¦ ~US\$18
    T ¦ 18 ¦ ~\text{USD }18
    T ¦ 18 ¦ ~\$18 \text{ per hour}
    T ¦ 18 ¦ ~\text{\$18}
    T ¦ 18 ¦ ~18 \text{ dollars}
    T ¦ 18 ¦ ~18\text{ euros}
    T ¦ 18 ¦ ~€18
    T ¦ 18 ¦ ~18€
    T ¦ 18 ¦ ~¥18
    T ¦ 18 ¦ ~₹18
    T ¦ 18 ¦ ~£18.00
    T ¦ 18 ¦ ~Rs. 18
    T ¦ 18 ¦ ~18 cents
    T ¦ \$18 ¦ ~18\text{ dollars}
    T ¦ \$18 ¦ ~\$18.00
    T ¦ \$18 ¦ ~18.00
    F ¦ \$18 ¦ ~£18
    F ¦ \$18 ¦ ~18 euros
    T ¦ \$1,000 ¦ ~1000
    T ¦ 1000 ¦ ~\$1{,}000
    T ¦ 1000 ¦ ~\$1,000.00
    T ¦ -20 ¦ ~-\$20
    T ¦ -20 ¦ ~\$-20
    T ¦ -20 ¦ ~\$(-20)
    T ¦ 0.75 ¦ ~75\%
    T ¦ \$0.75 ¦ ~75 cents
    T ¦ \$0.75 ¦ ~75¢
    T ¦ \$1.50 ¦ ~150\text{ cents}
    F ¦ \$0.75 ¦ ~0.75\text{ cents}
    T ¦ 2500000 ¦ ~\$2.5 million
    T ¦ 2500000 ¦ ~2.5\text{ million dollars}
    T ¦ \$2.5\text{ million} ¦ ~2500000
    F ¦ 18 ¦ ~\$18.50
    F ¦ 18 ¦ ~\$180
    T ¦ 18 ¦ The answer is \$18.
    T ¦ 18 ¦ He pays $18.
    T ¦ 18 ¦ It costs $5 and then $13, so in total $18.
    T ¦ 5.50 ¦ ~\$5.50
    T ¦ 12.50 ¦ ~\$12\frac{1}{2}

    T ¦ 30 ¦ ~30°
    T ¦ 30^\circ ¦ ~30^{\circ}
    T ¦ 30^\circ ¦ ~30\degree
    T ¦ 30^\circ ¦ ~30 degrees
    T ¦ 30^\circ ¦ ~30\text{ deg}
    T ¦ 30^{\circ} ¦ ~\angle A = 30^\circ
    T ¦ 45^\circ ¦ ~\frac{\pi}{4}
    T ¦ \frac{\pi}{4} ¦ ~45^\circ
    T ¦ \pi ¦ ~180^\circ
    T ¦ 2\pi ¦ ~360°
    F ¦ 45^\circ ¦ ~\frac{\pi}{3}
    F ¦ 45^\circ ¦ ~45\text{ radians}
    T ¦ 60^\circ ¦ ~\theta = 60^\circ
    T ¦ 60^\circ ¦ ~m\angle ABC = 60^\circ
    T ¦ \frac{\pi}{3} ¦ ~\frac{\pi}{3}\text{ rad}
    T ¦ \frac{\pi}{3} ¦ ~60\text{ degrees}
    T ¦ 30.5^\circ ¦ ~30^\circ30'
    T ¦ 12.25 ¦ ~12^\circ 15'
    T ¦ 72.5^\circ ¦ ~\frac{145}{2}^\circ
    T ¦ 72.5^\circ ¦ ~\left(\frac{145}{2}\right)^\circ
    F ¦ 30^\circ ¦ ~-30^\circ
    F ¦ 30^\circ ¦ ~330^\circ
    T ¦ 37^\circ\text{C} ¦ ~37
    T ¦ 37 ¦ ~37^\circ F
    T ¦ 37 ¦ ~37 °C
    F ¦ 37^\circ C ¦ ~37^\circ F
    T ¦ \sin 30^\circ ¦ ~\frac12
    T ¦ \frac12 ¦ ~\sin(30^\circ)
    T ¦ 1 ¦ ~\tan 45^\circ
    T ¦ \frac{\sqrt2}{2} ¦ ~\cos 45^\circ
    T ¦ 2 ¦ ~\frac{1}{\sin 30^\circ}
    """#)

  static let further = AnswerCases(
    #"""
    T ¦ 3400 ¦ ~\text{\$}3,400.00
    T ¦ 3400 ¦ ~\text{USD }3400
    T ¦ 17 ¦ ~17.\text{ }
    T ¦ 17 ¦ ~17.\text{}
    T ¦ 17 ¦ ~17.\,
    T ¦ 17 ¦ ~17{}
    T ¦ 142 ¦ ~180^\circ-38^\circ
    T ¦ 142^\circ ¦ ~180^\circ-38^\circ
    T ¦ 142^\circ ¦ ~180^\circ-30^\circ-8^\circ
    T ¦ 72 ¦ ~\frac{360^\circ}{5}
    T ¦ 72^\circ ¦ ~\frac{360}{5}^\circ
    F ¦ 142^\circ ¦ ~180^\circ-39^\circ
    T ¦ \frac{\pi}{6} ¦ ~30^\circ\cdot\frac{\pi}{180^\circ}
    T ¦ (7,-2) ¦ ~P(7,-2)
    T ¦ (7,-2) ¦ ~P=(7,-2)
    F ¦ (7,-2) ¦ ~P(7,2)
    T ¦ P(x)=x^2+1 ¦ ~x^2+1
    T ¦ P(x)=x^2+1 ¦ ~P(x)=1+x^2
    T ¦ C(x)=2x ¦ ~2x
    T ¦ p(n)=n^2 ¦ ~n^2
    T ¦ 2\pi rh ¦ ~2\pi hr
    T ¦ 2\pi rh ¦ ~2\pi r h
    T ¦ 60 ¦ ~60mph
    T ¦ 60 ¦ ~60 mph
    T ¦ 60\text{ mph} ¦ ~60 mph
    T ¦ 60\text{ mph} ¦ ~60
    F ¦ 60\text{ mph} ¦ ~60 kph
    T ¦ y=\frac{12}{x} ¦ ~xy=12
    T ¦ xy=12 ¦ ~y=\frac{12}{x}
    F ¦ xy=12 ¦ ~y=\frac{x}{12}
    T ¦ 45\text{ min} ¦ ~45 min
    T ¦ 45 min ¦ ~45\text{ minutes}
    T ¦ 45 min ¦ ~45
    T ¦ 45 ¦ ~45 sec
    T ¦ 3 hr ¦ ~180 min
    T ¦ 5 in ¦ ~5
    T ¦ 100 ¦ ~100 kg
    F ¦ 100 g ¦ ~100 kg
    T ¦ 0.1 kg ¦ ~100 g
    T ¦ 2e-2 ¦ ~2(e-1)
    T ¦ 2(e-1) ¦ ~2e-2
    T ¦ 0.02 ¦ ~2e-2
    T ¦ \frac13 ¦ ~0.333...
    T ¦ \frac13 ¦ ~0.333\ldots
    T ¦ -2 ¦ ~\det\begin{pmatrix}1&2\\3&4\end{pmatrix}
    T ¦ -4 ¦ ~2\begin{vmatrix}1&2\\3&4\end{vmatrix}
    T ¦ -2 ¦ ~\left|\begin{matrix}1&2\\3&4\end{matrix}\right|
    T ¦ 42 ¦ The answer is 42!
    F ¦ 42 ¦ ~42!
    """#)
}
