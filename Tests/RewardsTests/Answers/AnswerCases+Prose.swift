// Values in sentences: markdown, remarks, and words that make another value of a number.

extension AnswerCases {
  static let prose = AnswerCases(
    #"""

    T ¦ 42 ¦ Answer: x = **42**
    T ¦ 42 ¦ Final answer: 6 × 7 = **42**
    T ¦ 42 ¦ The answer is 6 * 7 = **42**.
    T ¦ 42 ¦ Answer: **42** cm
    T ¦ 42 ¦ The answer is __42__.
    T ¦ 42 ¦ 6 × 7 = **42**
    T ¦ 42 ¦ Answer: There are **42** such numbers.
    T ¦ 42 ¦ **Answer**<nl><nl>Maria has **42** marbles left.
    F ¦ 42 ¦ Answer: x = **43**
    F ¦ 42 ¦ Answer: **42** or **43**
    T ¦ 8 ¦ Answer: 2**3
    T ¦ 64 ¦ Answer: 2 ** 6
    F ¦ 6 ¦ Answer: 2**3
    T ¦ 0.75 ¦ Final answer: 0.75 (that is, three quarters)
    T ¦ 42 ¦ Final answer: 42 (see step 3)
    T ¦ 42 ¦ Final answer: 42 [checked]
    T ¦ 42 ¦ Answer: $42$ (see the table)
    T ¦ 42 ¦ The final answer is 42 — as expected.
    T ¦ 8 ¦ Final answer is \(8\), obtained by adding 5 and 3.
    F ¦ 8 ¦ Final answer is 7, obtained by adding 5 and 2, not 8.
    F ¦ 42 ¦ Final answer: 42 (or 43)
    F ¦ 42 ¦ Final answer: 42 (which is wrong)
    T ¦ 20 ¦ The answer is 20% of the total.
    T ¦ 42 ¦ The answer is:<nl>- 42
    T ¦ -42 ¦ The answer is: -42
    T ¦ 8 ¦ Thus $n = 8$. $\blacksquare$
    T ¦ 8 ¦ ~8 \blacksquare
    T ¦ -8 ¦ The answer is minus 8.
    T ¦ -8 ¦ The answer is negative 8.
    T ¦ -8 ¦ The temperature is minus 8.
    F ¦ 8 ¦ The answer is minus 8.
    F ¦ 8 ¦ The answer is negative 8.
    F ¦ 8 ¦ The temperature is minus 8.
    F ¦ 8 ¦ Answer: it is minus 8.
    T ¦ -8 ¦ Answer: it is minus 8.
    F ¦ 8 ¦ The answer is twice 8.
    F ¦ 8 ¦ So we get twice 8.
    F ¦ 8 ¦ The answer is half of 8.
    F ¦ 8 ¦ The answer is the square root of 8.
    F ¦ 8 ¦ It equals the square of 8
    F ¦ 8 ¦ The answer is 8 squared.
    F ¦ 8 ¦ The answer is 8 factorial.
    F ¦ 8 ¦ The answer is anything but 8.
    F ¦ 8 ¦ It could be anything but 8.
    F ¦ 8 ¦ The answer is not equal to 8.
    F ¦ 8 ¦ The answer is unknown; 8 is a guess.
    F ¦ 8 ¦ The answer is wrong: 8.
    F ¦ 8 ¦ The answer is 8? Or 9?
    F ¦ 8 ¦ The answer isn't 8.
    T ¦ 8 ¦ The answer is not 7, it is 8.
    T ¦ 8 ¦ The answer is not 7. We get 8.
    T ¦ 8 ¦ This is not prime, so the result is 8.
    T ¦ 16 ¦ Final Answer: The area of the square is 16.
    T ¦ 16 ¦ Answer: The square root we look for is 16.
    T ¦ 8 ¦ I tried 7, but 8 is right.
    T ¦ 8 ¦ The answer is the point 8.
    T ¦ \text{Player 2} ¦ ~\text{player 2}
    T ¦ \text{Player 2} ¦ ~Player 2
    T ¦ Box 7 ¦ ~\text{Box 7}
    T ¦ \text{March 14} ¦ ~March 14
    T ¦ \text{Case 3} ¦ ~\text{Case 3.}
    F ¦ \text{Player 2} ¦ ~\text{Player 3}
    F ¦ \text{Player 2} ¦ ~\text{Playe 2}
    F ¦ \text{Case 3} ¦ ~\text{Case -3}
    F ¦ \text{March 14} ¦ ~\text{March 1.4}
    F ¦ \text{March 14} ¦ ~\text{March 1 4}
    F ¦ \text{Player 2} ¦ ~2
    T ¦ 7 ¦ ~\log_2 128
    T ¦ \log_5 200 ¦ ~2+3\log_5 2
    T ¦ \log_2 100 ¦ ~\frac{\ln 100}{\ln 2}
    F ¦ 7 ¦ ~\log_2 256
    T ¦ 2128 ¦ ~2 128
    T ¦ 45\text{ m/s} ¦ ~45 \frac{\text{m}}{\text{s}}
    T ¦ 60 ¦ ~60\frac{\text{miles}}{\text{hour}}
    T ¦ 9.8\frac{\text{m}}{\text{s}^2} ¦ ~9.8\text{ m/s}^2
    T ¦ 9.8\frac{\text{m}}{\text{s}^2} ¦ ~9.8
    T ¦ 5 ¦ ~5\,\dfrac{\mathrm{m}}{\mathrm{s}}
    T ¦ 10\text{ m/s} ¦ ~36\frac{\text{km}}{\text{h}}
    F ¦ 45\text{ m/s} ¦ ~45 \frac{\text{s}}{\text{m}}
    F ¦ 5 ¦ ~5\frac{\text{m}}{2}
    F ¦ 5\frac{x}{y} ¦ ~5
    """#)

  static let sequences = AnswerCases(
    #"""

    F ¦ \{1,2\} ¦ ~\{\{1\},\{2\}\}
    F ¦ \{\{1\},\{2\}\} ¦ ~\{1,2\}
    F ¦ \{5\} ¦ ~\{\{5\}\}
    F ¦ \{\{5\}\} ¦ ~\{5\}
    T ¦ \{5\} ¦ ~5
    T ¦ \{\{1\},\{2\}\} ¦ ~\{\{2\},\{1\}\}
    T ¦ \{\emptyset,\{1\}\} ¦ ~\{\{1\},\emptyset\}
    F ¦ \{\{1,2\},\{3\}\} ¦ ~\{1,2,3\}
    F ¦ 6,000,000 ¦ ~6,0
    F ¦ 6,000,000 ¦ ~6, 0, 0
    F ¦ 1,000 ¦ ~0, 1
    F ¦ 1,234 ¦ ~234, 1
    F ¦ 3,600 ¦ ~\{3,600\}
    F ¦ \$3,600 ¦ ~600, 3
    T ¦ 3,600 ¦ ~3600
    T ¦ \$3,600 ¦ ~3600
    T ¦ 3600 ¦ ~3,600
    T ¦ 3, 600 ¦ ~600, 3
    T ¦ 3, 600 ¦ ~3,600
    T ¦ \{3,600\} ¦ ~\{600,3\}
    T ¦ (3,600) ¦ ~(3, 600)
    T ¦ 2,3 ¦ ~3,2
    T ¦ 12,34 ¦ ~34, 12
    T ¦ 1000,2000 ¦ ~2000, 1000
    F ¦ 12 ¦ \boxed{11} / \boxed{12}
    F ¦ 12 ¦ \boxed{11} | \boxed{12}
    F ¦ 12 ¦ $\boxed{11} \vee \boxed{12}$
    F ¦ 12 ¦ $\boxed{11}$ ∨ $\boxed{12}$
    F ¦ 12 ¦ \boxed{11} (\boxed{12})
    T ¦ 12 ¦ \boxed{11} is too small, hence \boxed{12}
    T ¦ 11,12 ¦ \boxed{11} / \boxed{12}
    T ¦ 6 ¦ ~2^{10^{12}} \bmod 10
    F ¦ 4 ¦ ~2^{10^{12}} \bmod 10
    T ¦ 1 ¦ ~(-1)^{10^{30}} \bmod 7
    T ¦ 4 ¦ ~-(2^{10^{12}}) \bmod 10
    T ¦ 8 ¦ ~\gcd(2^{100000}, 24)
    T ¦ 24 ¦ ~\gcd(24, 6^{100000})
    F ¦ 12 ¦ ~\gcd(2^{100000}, 24)
    T ¦ 10^{20} ¦ ~\gcd(10^{20}, 10^{30})
    T ¦ 10^{30} ¦ ~\text{lcm}(10^{20}, 10^{30})
    F ¦ 8 ¦ ~\gcd(2^{100000}, 3^{100000})
    """#)
}
