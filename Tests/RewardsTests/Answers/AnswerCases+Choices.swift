// Multiple choice; a fourth column holds the options. A table: longer than other files.

extension AnswerCases {
  static let choices = AnswerCases(
    #"""
    TM ¦ B ¦ B
    TM ¦ B ¦ b
    TM ¦ B ¦ (B)
    TM ¦ B ¦ B.
    TM ¦ B ¦ B)
    TM ¦ B ¦ **B**
    TM ¦ B ¦ **(B)**
    TM ¦ B ¦ ~(B)
    TM ¦ B ¦ ~\mathbf{B}
    TM ¦ B ¦ ~\text{B.}
    TM ¦ B ¦ ~\textbf{B}
    TM ¦ B ¦ ~\text{Option B}
    TM ¦ B ¦ ~\text{option B}
    TM ¦ B ¦ ~B)
    TM ¦ B ¦ ~\mathrm{(B)}
    TM ¦ B ¦ ~\text{Choice (B)}
    TM ¦ B ¦ ~\boxed{B}
    TM ¦ B ¦ ~\text{B) } 12 ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ ~B: 12 ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ ~(B)\ 12 ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ ~\text{(B)}~12 ¦ {"A":"10","B":"12"}
    FM ¦ B ¦ ~(B) 10 ¦ {"A":"10","B":"12"}
    FM ¦ B ¦ ~A. 12 ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ ~\$12 ¦ {"A":"\\$10","B":"\\$12"}
    TM ¦ B ¦ ~12.0 ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ ~\frac{1}{2} ¦ {"A":"1","B":"0.5"}
    FM ¦ B ¦ ~\frac{1}{2} ¦ {"A":"0.5","B":"1"}
    FM ¦ B ¦ ~C
    FM ¦ B ¦ ~D. none
    FM ¦ B ¦ ~A or B
    FM ¦ B ¦ ~A/B
    FM ¦ B ¦ ~A and B
    FM ¦ B ¦ ~AB
    FM ¦ B ¦ ~\text{both A and B}
    FM ¦ B ¦ ~\text{neither A nor B}
    FM ¦ B ¦ ~\text{A, not B}
    TM ¦ B ¦ ~\text{B, not A}
    FM ¦ B ¦ ~A \text{ or } B \text{ or } C
    FM ¦ B ¦ ~\text{all of the above}
    FM ¦ B ¦ ~?
    FM ¦ B ¦ ~\text{B?}
    TM ¦ B ¦ The answer is B.
    TM ¦ B ¦ The answer is (B).
    TM ¦ B ¦ The answer is **B**.
    TM ¦ B ¦ The answer is $\text{(B)}$.
    TM ¦ B ¦ The answer is option B.
    TM ¦ B ¦ The answer is option (B).
    TM ¦ B ¦ The correct answer is B) 12. ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ The correct answer is: B
    TM ¦ B ¦ The correct choice is B.
    TM ¦ B ¦ The correct option is **(B)**.
    TM ¦ B ¦ Correct option: B
    TM ¦ B ¦ Answer: (B)
    TM ¦ B ¦ Answer: B. 12 ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ Final answer: B
    TM ¦ B ¦ **Answer: B**
    TM ¦ B ¦ **Final Answer:** B
    TM ¦ B ¦ Therefore, B is correct.
    TM ¦ B ¦ Therefore, option B is the correct answer.
    TM ¦ B ¦ So B.
    TM ¦ B ¦ I choose B.
    TM ¦ B ¦ I would pick B.
    TM ¦ B ¦ My choice is B.
    TM ¦ B ¦ I'd go with option B.
    TM ¦ B ¦ Hence B is the right choice.
    TM ¦ B ¦ Thus, (B).
    TM ¦ B ¦ #### B
    TM ¦ B ¦ <answer>B</answer>
    TM ¦ B ¦ <answer>(B) 12</answer> ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ <answer>The answer is B.</answer>
    TM ¦ B ¦ <think>A?</think>The answer is B.
    FM ¦ B ¦ <think>B</think>A
    FM ¦ B ¦ <think>The answer is B.
    FM ¦ B ¦ <think>B</think>
    FM ¦ B ¦ \boxed{B
    FM ¦ B ¦ The answer is A.
    FM ¦ B ¦ The answer is not B.
    FM ¦ B ¦ The answer is not B but A.
    FM ¦ B ¦ The answer is either A or B.
    FM ¦ B ¦ It could be B or C.
    FM ¦ B ¦ I don't know. Maybe A, maybe B.
    FM ¦ B ¦ A, B, C and D are all possible.
    FM ¦ B ¦ None of these.
    FM ¦ B ¦ A) 10 B) 12 C) 15 D) 18
    FM ¦ D ¦ A) 10 B) 12 C) 15 D) 18
    FM ¦ D ¦ A. 10<nl>B. 12<nl>C. 15<nl>D. 18
    TM ¦ D ¦ A. 10<nl>B. 12<nl>C. 15<nl>D. 18<nl>The answer is D.
    TM ¦ B ¦ Not A because it is too small. Not C. So B.
    TM ¦ B ¦ Option A is incorrect. Option B is correct.
    TM ¦ B ¦ Option B is correct. Option C is incorrect.
    TM ¦ A ¦ The answer is A.
    TM ¦ A ¦ The answer is A because it is a prime.
    TM ¦ A ¦ Answer: A
    FM ¦ A ¦ A careful look shows nothing.
    FM ¦ B ¦ A
    TM ¦ A ¦ A
    FM ¦ I ¦ I think so.
    TM ¦ C ¦ C is the best choice.
    TM ¦ E ¦ (E)
    TM ¦ B ¦ 答案是 B
    TM ¦ B ¦ 答案：B。
    TM ¦ B ¦ La respuesta es B.
    TM ¦ ACD ¦ ~A,C,D
    TM ¦ ACD ¦ ~A, C, and D
    TM ¦ ACD ¦ ~ACD
    TM ¦ ACD ¦ ~CAD
    TM ¦ A,C ¦ ~A and C
    TM ¦ A, C ¦ The answers are A and C.
    TM ¦ AC ¦ Answer: A, C
    FM ¦ AC ¦ ~A
    FM ¦ AC ¦ ~ABC
    FM ¦ AC ¦ ~B, C
    TM ¦ (B) ¦ B
    TM ¦ b ¦ ~B
    TM ¦ B ¦ Ｂ
    FM ¦ B ¦ ~В
    FM ¦ A ¦ ~Α
    FM ¦ C ¦ ~С
    TM ¦ 3 ¦ ~3
    TM ¦ 3 ¦ The answer is 3.
    TM ¦ 3 ¦ (3)
    FM ¦ 3 ¦ ~2
    TM ¦ iii ¦ ~iii
    TM ¦ iii ¦ The answer is (iii).
    TM ¦ ii ¦ ~II
    FM ¦ ii ¦ ~iii
    TM ¦ B ¦ The process is meiosis. ¦ {"A":"mitosis","B":"meiosis"}
    TM ¦ B ¦ ~\text{meiosis} ¦ {"A":"mitosis","B":"meiosis"}
    TM ¦ B ¦ ~\text{Meiosis.} ¦ {"A":"mitosis","B":"meiosis"}
    TM ¦ B ¦ The answer is meiosis. ¦ {"A":"mitosis","B":"meiosis"}
    FM ¦ B ¦ The answer is mitosis. ¦ {"A":"mitosis","B":"meiosis"}
    FM ¦ B ¦ Mitosis and meiosis are different. ¦ {"A":"mitosis","B":"meiosis"}
    TM ¦ meiosis ¦ ~B ¦ {"A":"mitosis","B":"meiosis"}
    TM ¦ B ¦ ~\text{B) meiosis} ¦ {"A":"mitosis","B":"meiosis"}
    FM ¦ B ¦ ~\text{A) meiosis} ¦ {"A":"mitosis","B":"meiosis"}
    TM ¦ B ¦ The total is 12. ¦ {"A":"10","B":"12","C":"15"}
    TM ¦ B ¦ So the value is $12$, which is option B. ¦ {"A":"10","B":"12","C":"15"}
    TM ¦ B ¦ ~12 ¦ ["10","12","15"]
    TM ¦ C ¦ Eliminating A and B, we are left with C.
    TM ¦ D ¦ After checking each one, D works.
    TM ¦ B ¦ Since 3*4=12, the answer is B (12). ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ The answer is: **B) 12** ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ **Answer:** $\boxed{\textbf{(B)}\ 12}$ ¦ {"A":"10","B":"12"}
    TM ¦ B ¦ Among A, B, C and D, the best is B.
    TM ¦ B ¦ Statement B is true, so choose B.
    FM ¦ B ¦ Option B fails.
    FM ¦ B ¦ Option (B) fails.
    FM ¦ B ¦ So option B fails the test.
    FM ¦ A ¦ A and B fail.
    FM ¦ D ¦ We rule out D.
    FM ¦ D ¦ We can exclude option D.
    FM ¦ A ¦ The answer depends on A.
    FM ¦ A ¦ Grade A
    FM ¦ B ¦ I think the answer is B, but it may also be C.
    TM ¦ B ¦ I think the answer is B, but A was close.
    FM ¦ C ¦ ~\text{C or not C}
    FM ¦ C ¦ The answer is not water. ¦ {"A":"air","B":"fire","C":"water","D":"earth"}
    TM ¦ C ¦ The answer is water. ¦ {"A":"air","B":"fire","C":"water","D":"earth"}
    TM ¦ A ¦ It does not change. ¦ {"A":"does not change","B":"grows"}
    TM ¦ C ¦ **C. photosynthesis**<nl><nl>A and B are wrong.
    FM ¦ A ¦ **A. osmosis**<nl><nl>A and B are wrong.
    TM ¦ C ¦ B is incorrect, so it must be C.
    FM ¦ B ¦ B is incorrect, so it must be C.
    TM ¦ B ¦ A fails, so B.
    TM ¦ D ¦ ~\text{D. cannot be determined}
    TM ¦ D ¦ The answer is (D) cannot be determined.
    TM ¦ D ¦ Answer: D cannot be determined
    TM ¦ C ¦ Answer: C. depends on the mass
    TM ¦ C ¦ Ruling out A and B, we are left with C.
    TM ¦ B ¦ Option A is not right, so option B.
    """#)
}
