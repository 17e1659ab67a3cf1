// Where the answer stands, and what is none. A table: longer than other files.

extension AnswerCases {
  static let boxes = AnswerCases(
    #"""

    T ¦ 17 ¦ ~\textcolor{red}{17}
    T ¦ 17 ¦ ~\color{red}17
    T ¦ 17 ¦ ~{17}
    T ¦ 17 ¦ ~((17))
    T ¦ 17 ¦ \boxed{17} .
    T ¦ 17 ¦ $\boxed{17}$ is the answer; note 3 boxes.
    T ¦ 17 ¦ \boxed{ \text{17} }
    T ¦ 17 ¦ \boxed{17\ }
    T ¦ 17 ¦ \boxed{17~}
    T ¦ 17 ¦ \boxed{+17}
    T ¦ 17 ¦ \boxed{17.0}
    T ¦ 17 ¦ \boxed{\mathbf{17}}
    T ¦ 17 ¦ \boxed{\underline{17}}
    T ¦ 17 ¦ \boxed{\bf 17}
    T ¦ 17 ¦ \boxed{\large 17}
    T ¦ 17 ¦ \boxed{\displaystyle 17}
    T ¦ 17 ¦ \boxed{\,17}
    T ¦ 17 ¦ \boxed{17}%
    T ¦ 17 ¦ $$\boxed{\;17\;}$$
    T ¦ 17 ¦ \fbox{$17$}
    T ¦ 17 ¦ \[\boxed{17}\]
    T ¦ 17 ¦ \(\boxed{17}\)
    T ¦ 17 ¦ \boxed{\boxed{17}}
    T ¦ 17 ¦ \boxed{x=17}
    T ¦ 17 ¦ \boxed{x = 17.}
    T ¦ 17 ¦ \boxed{n=17}
    T ¦ 17 ¦ \boxed{**17**}
    T ¦ 17 ¦ \boxed{`17`}
    T ¦ 17 ¦ \boxed{\left(17\right)}
    T ¦ 17 ¦ \boxed{\left\lvert 17 \right\rvert}
    T ¦ 17 ¦ \boxed{\text{Answer: }17}
    T ¦ 17 ¦ \boxed{\text{The answer is }17}
    T ¦ 17 ¦ \boxed{\textbf{17}}
    T ¦ 17 ¦ \boxed{\mathrm{17}}
    T ¦ 17 ¦ \boxed{\mathsf{17}}
    T ¦ 17 ¦ \boxed{\begin{aligned}17\end{aligned}}
    T ¦ 17 ¦ \boxed{\begin{array}{c}17\end{array}}
    T ¦ 17 ¦ \boxed{{{17}}}
    T ¦ 17 ¦ \boxed{$$17$$}
    T ¦ 17 ¦ \boxed{\(17\)}
    F ¦ 17 ¦ \boxed{17}{18} \boxed{18}
    T ¦ 17 ¦ \boxed <nl>{17}
    T ¦ 17 ¦ \\\\boxed{17}
    T ¦ \frac{1}{2} ¦ \\boxed{\\frac{1}{2}}
    T ¦ \{1,2\} ¦ \\boxed{\\{1,2\\}}
    F ¦ 17 ¦ ~1 7
    F ¦ 17 ¦ ~1,7
    F ¦ 17 ¦ ~17!
    F ¦ 17 ¦ ~17x
    F ¦ 17 ¦ ~17^2
    F ¦ 17 ¦ ~17_{8}
    F ¦ 17 ¦ ~17i
    F ¦ 17 ¦ ~17\pi
    T ¦ \frac{3}{4} ¦ ~\frac{\frac{3}{2}}{2}
    T ¦ \sqrt{2} ¦ ~\sqrt{\sqrt{4}}
    T ¦ 10 ¦ ~\left(\left(\left(10\right)\right)\right)
    T ¦ \{1,2\} ¦ ~\left\{\left(1\right),\left(2\right)\right\}
    T ¦ 2,3 ¦ \boxed{2}, \boxed{3}
    T ¦ 2,3 ¦ \boxed{2}\text{ and }\boxed{3}
    T ¦ 2,3 ¦ \boxed{2} \quad \boxed{3}
    T ¦ 2,3 ¦ x = \boxed{2} or \boxed{3}
    T ¦ 2,3 ¦ \[\boxed{2}\]<nl>\[\boxed{3}\]
    T ¦ 2,3 ¦ $\boxed{2}$; $\boxed{3}$
    T ¦ 2,3 ¦ \boxed{2} & \boxed{3}
    T ¦ 2,3 ¦ - $\boxed{2}$<nl>- $\boxed{3}$
    F ¦ 2 ¦ \boxed{2} and \boxed{3}
    T ¦ 3 ¦ \boxed{2} for x=1. Then \boxed{3}
    T ¦ (1,2),(3,4) ¦ \boxed{(1,2)} and \boxed{(3,4)}
    F ¦ (3,4) ¦ \boxed{(1,2)} and \boxed{(3,4)}
    T ¦ x=1,y=2 ¦ \boxed{x=1}, \boxed{y=2}
    T ¦ 5 ¦ \boxed{5} \boxed{5}
    T ¦ 5 ¦ \boxed{4}<nl><nl>Wait, let me redo. \boxed{5}
    T ¦ 5 ¦ (Use \boxed{} for the answer.) \boxed{5}
    F ¦ 5 ¦ \boxed{5} ... \boxed{}
    T ¦ 7 ¦ $a=\boxed{3}$, so the result is $\boxed{7}$

    T ¦ 14 ¦ 14
    T ¦ 14 ¦ It follows that 14.
    T ¦ 14 ¦ So there are 14.
    T ¦ 14 ¦ so 14 apples are left
    T ¦ -3 ¦ Result -3
    T ¦ \frac{1}{2} ¦ \frac{1}{2}
    T ¦ x^2+1 ¦ x^2+1
    T ¦ x^2+1 ¦ Hence $f(x) = x^2+1$.
    T ¦ x^2+1 ¦ f(x) = x^2+1
    T ¦ 2\pi ¦ so it is $2\pi$ cm
    T ¦ 2\pi ¦ the circumference is 2\pi.
    T ¦ 2\pi ¦ the circumference is 2π.
    T ¦ 1,234 ¦ The total is 1,234.
    T ¦ 1234567 ¦ We find 1,234,567 ways.
    T ¦ 0.5 ¦ giving 0.5.
    T ¦ \frac{3}{4} ¦ giving 3/4 of it.
    T ¦ 3.5 ¦ This leaves 3 1/2 hours.
    T ¦ (1,2) ¦ Therefore $(x,y)=(1,2)$.
    T ¦ \{1,2\} ¦ The solutions are $1$ and $2$.
    T ¦ 1,2 ¦ The solutions are 1 and 2.
    F ¦ 2 ¦ The solutions are 1 and 2.
    F ¦ 14 ¦ It is not 14.
    F ¦ 14 ¦ I have no idea.
    F ¦ 14 ¦ More than 14.
    F ¦ 14 ¦ There are 14 or 15.
    T ¦ 25\% ¦ That is 25%.
    T ¦ 18 ¦ She pays $18.
    T ¦ 18 ¦ She pays \$18 in total.
    T ¦ 10 ¦ = 10
    T ¦ 10 ¦ x = 10.
    T ¦ 10 ¦ 5 + 5 = 10
    T ¦ 10 ¦ 5 * 2 = 10.
    T ¦ -10 ¦ 5 - 15 = -10
    T ¦ 1e6 ¦ that makes 10^6
    T ¦ 9 ¦ sum = 9
    T ¦ 9 ¦ **9**
    T ¦ 9 ¦ `9`
    T ¦ 9 ¦ "9"
    T ¦ 9 ¦ (9)
    T ¦ 9 ¦ 9.
    T ¦ 9 ¦ Nine? 9!
    T ¦ 3 ¦ The three values are 1, 2 and then 3... so the last is 3.
    T ¦ Yes ¦ Yes
    T ¦ Yes ¦ yes.
    T ¦ No ¦ **No**
    T ¦ Paris ¦ Paris
    T ¦ Paris ¦ Paris.
    T ¦ \sqrt{2} ¦ so $\sqrt{2}$
    T ¦ \sqrt{2} ¦ √2
    T ¦ \frac{\pi}{6} ¦ so the angle is \( \frac{\pi}{6} \).
    T ¦ 100 ¦ Total: 100 (after discount)

    T ¦ 9 ¦ <think>8</think>9
    T ¦ 9 ¦ <think>8</think><nl><nl>The answer is 9.
    F ¦ 8 ¦ <think>8</think>9
    F ¦ 9 ¦ <think>9</think>
    F ¦ 9 ¦ <think>9</think>
    F ¦ 9 ¦ <think>The answer is 9
    F ¦ 9 ¦ <think><think>9</think>
    T ¦ 9 ¦ <think>a<think>b</think>\boxed{9}
    F ¦ 9 ¦ <think>x</think><answer>9
    F ¦ 9 ¦ <think>\boxed{9}</think> done
    T ¦ 9 ¦ <think>\boxed{8}</think>\boxed{9}
    T ¦ 9 ¦ </think>\boxed{9}
    F ¦ 9 ¦ \boxed{9}</think>
    F ¦ 9 ¦ \boxed{9}<think>
    T ¦ 9 ¦ <answer> 9 </answer>
    T ¦ 9 ¦ <answer>The answer is 9.</answer>
    T ¦ 9 ¦ <answer>$9$</answer>
    T ¦ 9 ¦ <answer>x=9</answer>
    F ¦ 9 ¦ <answer>8 or 9</answer>
    F ¦ 9 ¦ <answer>9
    T ¦ 9 ¦ <answer>9</answer> bye 10
    T ¦ \frac12 ¦ <answer>1/2</answer>
    T ¦ 9 ¦ <ANSWER>9</ANSWER>
    T ¦ 9 ¦ <think>t</think><nl>#### 9

    F ¦ 42 ¦ \boxed{42
    F ¦ 42 ¦ $\boxed{42$
    F ¦ 42 ¦ \boxed{\text{42}
    F ¦ 42 ¦ \boxed{4}, \boxed{42
    F ¦ 42 ¦ The answer is \boxed
    F ¦ 42 ¦ The answer is $
    F ¦ \frac{3}{4} ¦ \boxed{\frac{3}{4
    F ¦ \frac{3}{4} ¦ \boxed{\frac{3}
    F ¦ 42 ¦ <answer>42</answ
    F ¦ 42 ¦ \boxed{42\}
    F ¦ 42 ¦ \boxed{42]
    F ¦ 42 ¦ \fbox{42
    F ¦ 42 ¦ ####
    F ¦ 42 ¦ Final Answer:
    F ¦ (1,2) ¦ \boxed{(1,2)
    F ¦ \{1,2\} ¦ \boxed{\{1,2\}
    F ¦ 42 ¦ <think>... so 42
    """#)

  static let statements = AnswerCases(
    #"""

    T ¦ 42 ¦ The answer is: 42
    T ¦ 42 ¦ the answer is **42**
    T ¦ 42 ¦ **Final Answer:** $42$
    T ¦ 42 ¦ **Final Answer**: 42
    T ¦ 42 ¦ ### Final Answer<nl>42
    T ¦ 42 ¦ ## Answer<nl><nl>The total is 42.
    T ¦ 42 ¦ Final answer = 42
    T ¦ 42 ¦ FINAL ANSWER: 42
    T ¦ 42 ¦ Answer:42
    T ¦ 42 ¦ Answer - 42
    T ¦ 42 ¦ So, the answer is $\boxed{42}$.
    T ¦ 42 ¦ Hence the answer is 42, as required.
    T ¦ 42 ¦ The answer equals 42.
    T ¦ 42 ¦ The answer to the problem is $42$.
    T ¦ 42 ¦ Our final answer is thus 42.
    T ¦ 42 ¦ Therefore, the answer is 42 dollars.
    T ¦ 42 ¦ The answer is 42!
    T ¦ 42 ¦ The answer is 40 + 2 = 42.
    F ¦ 40 ¦ The answer is 40 + 2 = 42.
    T ¦ 42 ¦ The correct answer is 42.
    T ¦ 42 ¦ My answer is 42. Let me double check: 6*7 = 42. Yes.
    T ¦ 42 ¦ Final Answer: \(42\)
    T ¦ 42 ¦ Final Answer: \[42\]
    T ¦ 42 ¦ Final Answer:<nl>$$42$$
    T ¦ 42 ¦ La respuesta es 42.
    T ¦ 42 ¦ Respuesta final: 42
    T ¦ 42 ¦ La réponse est 42.
    T ¦ 42 ¦ Réponse : 42
    T ¦ 42 ¦ Die Antwort ist 42.
    T ¦ 42 ¦ Die Antwort lautet 42.
    T ¦ 42 ¦ Antwort: 42
    T ¦ 42 ¦ La risposta è 42.
    T ¦ 42 ¦ A resposta é 42.
    T ¦ 42 ¦ Ответ: 42
    T ¦ 42 ¦ Ответ: $42$.
    T ¦ 42 ¦ 答案是42。
    T ¦ 42 ¦ 答案：42
    T ¦ 42 ¦ 答案为 42。
    T ¦ 42 ¦ 最终答案是 $42$。
    T ¦ 42 ¦ 答えは42です。
    T ¦ 42 ¦ 答え：42
    T ¦ 42 ¦ 정답은 42입니다.
    T ¦ 42 ¦ 답: 42
    T ¦ -7 ¦ The answer is -7.
    T ¦ -7 ¦ Answer: −7
    F ¦ 7 ¦ Answer: −7
    T ¦ 3.5 ¦ The answer is 3.5.
    T ¦ \frac{2}{3} ¦ The answer is 2/3.
    T ¦ \frac{2}{3} ¦ Answer: \frac{2}{3}
    T ¦ 2\sqrt{3} ¦ The final answer is $2\sqrt{3}$ cm.
    T ¦ x=5 ¦ The answer is x = 5.
    T ¦ 1250 ¦ The answer is 1,250.
    T ¦ 1250 ¦ Answer: 1250 apples
    T ¦ 25\% ¦ Answer: 25%
    T ¦ (1,2) ¦ Answer: (1, 2)
    T ¦ \{1,2\} ¦ The answer is {1, 2}.
    T ¦ [0,1] ¦ The answer is [0, 1].
    T ¦ 12 ¦ I think the answer is 10... no wait, the answer is 12.
    F ¦ 10 ¦ I think the answer is 10... no wait, the answer is 12.
    F ¦ 12 ¦ The answer is greater than 12.
    F ¦ 12 ¦ The answer is not 12.
    F ¦ 12 ¦ The answer cannot be 12.
    F ¦ 12 ¦ The answer is between 10 and 12.
    F ¦ 12 ¦ The answer is approximately between 12 and 13.
    F ¦ 12 ¦ The answer could be 12 or 14.
    F ¦ 12 ¦ The answer isn't 12
    F ¦ 12 ¦ The answer is 10, 11, or 12.
    T ¦ 12 ¦ The answer is not 10; it is 12.
    F ¦ 12 ¦ The answer is about a dozen.
    T ¦ 12 ¦ We need the answer in meters. The answer in meters is 12.
    T ¦ 12 ¦ Let the answer be x. Then x = 12.
    T ¦ 12 ¦ **Answer**<nl><nl>12
    T ¦ 12 ¦ **Answer**<nl><nl>\[ x = 12 \]
    T ¦ 12 ¦ Answer: The value is 12.
    T ¦ 12 ¦ The answer is 12. I hope it is correct.
    T ¦ 12 ¦ Final Answer: The final answer is $\boxed{12}$. I hope it is correct.
    T ¦ 12 ¦ Final Answer: The final answer is 12. I hope it is correct.
    F ¦ 12 ¦ Final Answer
    F ¦ 12 ¦ The answer is
    F ¦ 12 ¦ The final answer is:
    T ¦ 12 ¦ Final Answer: 12<nl><nl>Explanation: because 3*4 = 12 and 5 > 3.
    T ¦ 12 ¦ The answer is 12 because 3 times 4 is 12.
    T ¦ 12 ¦ The answer is 12, which is larger than 10.
    T ¦ 12 ¦ The answer is 12 (not 13).
    T ¦ 12 ¦ Answer: $12.$
    T ¦ 12 ¦ So our answer would be 12.
    T ¦ 12 ¦ the answer will be 12
    T ¦ 150 ¦ Therefore our answer is $150.
    T ¦ 150 ¦ Therefore our answer is $150 per month.
    T ¦ 7 ¦ The final answer is 3 + 4 = 7
    T ¦ 7 ¦ **The final answer is: $\boxed{7}$**

    T ¦ 72 ¦ #### 72.
    T ¦ 72 ¦ #### 72.0
    T ¦ 72 ¦ #### $72
    T ¦ 72 ¦ #### $72.00
    T ¦ 72 ¦ ####     72
    T ¦ 72 ¦ #### 72 dollars
    T ¦ 72 ¦ #### **72**
    T ¦ 72 ¦ #### \boxed{72}
    T ¦ 72 ¦ #### Answer: 72
    F ¦ 72 ¦ #### 7
    F ¦ 72 ¦ #### 720
    F ¦ 72 ¦ #### -72
    F ¦ 72 ¦ #### 72 or 73
    F ¦ 72 ¦ #### seventy
    T ¦ 72 ¦ #### seventy-two
    T ¦ 1000 ¦ #### 1,000
    T ¦ 0.25 ¦ #### 1/4
    T ¦ 25 ¦ #### 25%
    T ¦ 5 ¦ #### 5 eggs per day
    T ¦ 72 ¦ The answer is 70.<nl>#### 72
    F ¦ 70 ¦ The answer is 70.<nl>#### 72
    T ¦ She sold 48/2 = <<48/2=24>>24.<nl>#### 72 ¦ #### 72
    T ¦ 72 ¦ ### Solution<nl>Work<nl>#### Final Answer<nl>72
    T ¦ 72 ¦ 72 #### 72
    T ¦ 3 ¦ #### 3 hours
    T ¦ 1.5 ¦ #### 1 1/2
    """#)

  static let hacking = AnswerCases(
    #"""

    F ¦ 5 ¦ ~5,6,7
    F ¦ 5 ¦ ~5 \text{ or } 6
    F ¦ 5 ¦ ~\text{5 or 6}
    F ¦ 5 ¦ ~any number
    F ¦ 5 ¦ ~\text{see above}
    F ¦ 5 ¦ ~\text{not } 5
    F ¦ 5 ¦ ~\neg 5
    F ¦ 5 ¦ ~5?
    F ¦ 5 ¦ ~5 \text{ maybe}
    F ¦ 5 ¦ ~-5 \text{ or } 5
    F ¦ 5 ¦ ~\{4,5,6\}
    F ¦ 5 ¦ ~[5,5.1]
    F ¦ 5 ¦ ~x=5 \text{ or } x=6
    F ¦ 5 ¦ ~x \ge 5
    F ¦ 5 ¦ ~\ge 5
    F ¦ 5 ¦ ~> 4
    F ¦ 5 ¦ ~5 < 6
    F ¦ 5 ¦ ~5 \text{ if } x>0 \text{ else } 6
    F ¦ 5 ¦ ~\text{correct}
    F ¦ 5 ¦ ~\text{five or six}
    F ¦ 5 ¦ ~inf
    F ¦ 5 ¦ ~NaN
    F ¦ 5 ¦ ~None
    F ¦ 5 ¦ ~*
    F ¦ 5 ¦ ~\_
    F ¦ 5 ¦ ~\square
    F ¦ 5 ¦ ~\cdots
    F ¦ 5 ¦ ~\text{ground truth}
    F ¦ 5 ¦ ~\text{expected answer}
    F ¦ 5 ¦ ~5.00001
    F ¦ 5 ¦ ~4.9999999
    F ¦ 5 ¦ ~5 \approx 6
    F ¦ 5 ¦ ~6 \approx 5
    F ¦ 5 ¦ <answer></answer>
    F ¦ 5 ¦ <answer>6</answer><!-- 5 -->
    F ¦ 5 ¦ \boxed{6}<!-- \boxed{5} -->
    F ¦ 5 ¦ \boxed{6} % \boxed{5}
    F ¦ 5 ¦ The gold answer is hidden. print(5)
    F ¦ 5 ¦ Score: 5/5
    F ¦ 5 ¦ ~\sum_{n=1}^{\infty} n
    F ¦ 0 ¦ ~\text{none of the above}
    F ¦ 0 ¦ ~\emptyset
    F ¦ 0 ¦ ~\{\}
    F ¦ 0 ¦ ~\{\emptyset\}
    F ¦ 1 ¦ ~\text{True}
    F ¦ 1 ¦ ~\text{one of the values}
    F ¦ 2 ¦ ~1+1+1
    F ¦ 12 ¦ ~\boxed{11}, \boxed{12}
    F ¦ 5 ¦ \boxed{4}, \boxed{5}
    F ¦ 5 ¦ The answer is either \boxed{4} or \boxed{5}.
    F ¦ \frac{1}{2} ¦ ~\frac{1}{2} \text{ or } \frac{1}{3}
    F ¦ \frac{1}{2} ¦ ~0.5 \pm 0.1
    F ¦ x+1 ¦ ~x+1 \text{ or } x-1
    F ¦ Paris ¦ ~\text{Not Paris}
    F ¦ Paris ¦ ~\text{Paris, London, Berlin}
    F ¦ Paris ¦ ~\text{London (not Paris)}
    F ¦ True ¦ ~\text{False or True}
    F ¦ True ¦ ~\text{Not True}
    F ¦ Yes ¦ ~\text{Yes/No}
    F ¦ 5 ¦ ~0/0
    F ¦ 0 ¦ ~\infty - \infty
    F ¦ 1 ¦ ~\frac{0}{0}
    F ¦ 0 ¦ ~\frac{0}{0}
    F ¦ 1 ¦ ~1^\infty
    F ¦ 1 ¦ ~\infty/\infty
    F ¦ 0 ¦ ~\frac{1}{\infty}x
    F ¦ (-2,2) ¦ ~x^2<4
    F ¦ \pm3 ¦ ~x^2=9
    F ¦ (1,2) ¦ ~\{1,2\}
    F ¦ 5 ¦ ~x\in\{5\} \text{ or } x \in \{6\}
    F ¦ 5 ¦ ~\text{between 4 and 6}
    F ¦ 5 ¦ ~4 \text{ to } 6
    F ¦ 5 ¦ ~4-6
    F ¦ 5 ¦ ~5-6
    F ¦ 5 ¦ ~at least 5
    F ¦ 5 ¦ ~5+
    F ¦ 5 ¦ ~\le5
    F ¦ 10 ¦ ~5 \text{ and } 5
    F ¦ 5 ¦ ~import os
    F ¦ 5 ¦ ~\write18{ls}
    F ¦ 5 ¦ ~\def\x{5}\x
    F ¦ 5 ¦ ~\csname 5\endcsname
    F ¦ 5 ¦ ~\input{5}
    F ¦ 5 ¦ I am certain that 5 is wrong. \boxed{6}
    F ¦ 5 ¦ Answer: \boxed{6} (the grader wants 5)
    F ¦ 5 ¦ The answer is 6. Not 5.
    F ¦ 5 ¦ answer = 5; final answer = 6
    F ¦ 5 ¦ ~5 \text{ is wrong, it is } 6
    F ¦ 5 ¦ ~6 \text{ (alternatively 5)}
    F ¦ 5 ¦ ~6 (5)
    F ¦ 5 ¦ ~6, \text{ also } 5
    F ¦ 5 ¦ ~5 \lor 6
    F ¦ 5 ¦ ~5/6
    F ¦ 5 ¦ ~5|6
    F ¦ 5 ¦ ~5:6
    F ¦ 5 ¦ ~5\&6
    F ¦ 5 ¦ ~5 6
    F ¦ 5 ¦ ~5;6
    F ¦ 5 ¦ ~5\\6
    F ¦ 5 ¦ ~5\quad6
    F ¦ 5 ¦ ~ "5" \text{ or } "6"
    T ¦ 5 ¦ ~5
    T ¦ 5 ¦ ~"5"
    T ¦ 5 ¦ ~\text{the answer is } 5
    T ¦ 5 ¦ \boxed{5}.
    T ¦ 32 ¦ ~2^5
    T ¦ 32 ¦ ~2**5
    T ¦ 8 ¦ ~2*4
    F ¦ -5 ¦ ~5
    F ¦ 5 ¦ ~５５
    F ¦ a ¦ ~а
    F ¦ x ¦ ~х
    F ¦ A ¦ ~А
    F ¦ x+y ¦ ~х+y
    F ¦ e ¦ ~е
    F ¦ O ¦ ~0
    F ¦ 0 ¦ ~O
    F ¦ 1 ¦ ~l
    F ¦ 1 ¦ ~I
    F ¦ 5 ¦ \boxed{}\boxed{6}
    F ¦ 5 ¦ ~ \text{ }
    F ¦ 5 ¦ ~\phantom{5}
    F ¦ 5 ¦ ~\vphantom{5}
    """#)
}
