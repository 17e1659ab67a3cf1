// Sets, tuples, intervals, unions, inequalities. A table: longer than other files.

extension AnswerCases {
  static let collections = AnswerCases(
    #"""

    T ¦ \{1,2,3\} ¦ ~\left\{1,2,3\right\}
    T ¦ \{1,2,3\} ¦ ~1,2,3
    T ¦ \{1,2,3\} ¦ ~\lbrace 3,2,1\rbrace
    T ¦ \{1,2,3\} ¦ ~{1,2,3}
    T ¦ \{1,2,3\} ¦ ~\{ 1 ; 2 ; 3 \}
    T ¦ \{1,2,3\} ¦ ~\{1\} \cup \{2,3\}
    T ¦ \{1,2,3\} ¦ ~x\in\{1,2,3\}
    T ¦ \{1,2,3\} ¦ ~S=\{1,2,3\}
    T ¦ \{1,2,3\} ¦ ~x=1,2,3
    T ¦ \{1,2,3\} ¦ ~x=1, x=2, x=3
    T ¦ \{1,2,3\} ¦ ~x = 1 \text{ or } x = 2 \text{ or } x = 3
    T ¦ \{1,2,3\} ¦ ~1, 2, \text{ and } 3
    T ¦ \{1,2,3\} ¦ ~1\text{, }2\text{, and }3
    F ¦ \{1,2,3\} ¦ ~(1,2,3)
    F ¦ \{1,2\} ¦ ~(1,2)
    F ¦ \{1,2\} ¦ ~12
    F ¦ \{1\} ¦ ~\{1,2\}
    T ¦ \{1\} ¦ ~1
    T ¦ \{1\} ¦ ~x=1
    T ¦ \{5\} ¦ ~\{x: x=5\}
    T ¦ \{-2,2\} ¦ ~\pm2
    T ¦ \{-2,2\} ¦ ~x=\pm 2
    T ¦ \{-2,2\} ¦ ~\{2,-2\}
    F ¦ \{-2,2\} ¦ ~|x|=2
    F ¦ \{-2,2\} ¦ ~x^2=4
    T ¦ \emptyset ¦ ~\text{no solution}
    T ¦ \emptyset ¦ ~\text{No solutions}
    T ¦ \emptyset ¦ ~\{ \}
    T ¦ \emptyset ¦ ~\text{the empty set}
    T ¦ \emptyset ¦ ~∅
    F ¦ \emptyset ¦ ~\{\emptyset\}
    F ¦ \emptyset ¦ ~0
    T ¦ \text{no solution} ¦ ~\text{No solution.}
    T ¦ \{a,b,c\} ¦ ~\{c,b,a\}
    F ¦ \{a,b\} ¦ ~\{a,B\}
    T ¦ \{\sqrt2,-\sqrt2\} ¦ ~\pm\sqrt{2}
    T ¦ \{\sqrt2,-\sqrt2\} ¦ ~\{-\sqrt{2},\sqrt{2}\}
    T ¦ \{1,\frac12\} ¦ ~\{0.5,1\}
    T ¦ \{(1,2)\} ¦ ~(1,2)
    T ¦ \{(1,2),(2,1)\} ¦ ~(2,1),(1,2)
    T ¦ \{(1,2),(2,1)\} ¦ ~(1,2) \text{ and } (2,1)
    T ¦ \{\{1\},\{2\}\} ¦ ~\{\{2\},\{1\}\}
    T ¦ \mathbb{Z} ¦ ~\mathbb Z
    F ¦ \mathbb{Z} ¦ ~\mathbb{Q}
    F ¦ \mathbb{R} ¦ ~\mathbb{Z}
    T ¦ \mathbb{R} ¦ ~x \in \mathbb{R}
    T ¦ \mathbb{R} ¦ ~\text{All real numbers}
    T ¦ \mathbb{R} ¦ ~(-\infty, \infty)
    T ¦ \mathbb{R} ¦ ~ℝ
    T ¦ \{x \mid x > 3\} ¦ ~(3,\infty)
    T ¦ (3,\infty) ¦ ~\{x \mid x > 3\}
    T ¦ (3,\infty) ¦ ~\{x\in\mathbb{R} : x>3\}
    T ¦ \{1, 2, \ldots, 10\} ¦ ~\{1,2,\dots,10\}
    T ¦ 2,4,6 ¦ ~\{2,4,6\}
    T ¦ \{1,2\} ¦ ~\{1,2,2,1\}
    T ¦ \{red, blue\} ¦ ~\{blue, red\}
    T ¦ \{\text{A},\text{B}\} ¦ ~\{\text{B},\text{A}\}

    T ¦ (1,2) ¦ ~(1, 2)
    T ¦ (1,2) ¦ ~1, 2
    F ¦ (1,2) ¦ ~2, 1
    T ¦ (1,2) ¦ ~(1;2)
    T ¦ (1,2) ¦ ~\left(1,2\right)
    T ¦ (1,2) ¦ ~\langle 1, 2 \rangle
    T ¦ (1,2) ¦ ~x=1,y=2
    T ¦ (1,2) ¦ ~x=1\text{ and }y=2
    T ¦ (1,2) ¦ ~x=1;\ y=2
    T ¦ (1,2) ¦ ~(x,y)=(1,2)
    T ¦ (1,2) ¦ ~(a,b)=(1,2)
    T ¦ (1,2) ¦ ~P(1,2)
    T ¦ (1,2) ¦ ~P=(1,2)
    T ¦ (1,2) ¦ ~\begin{pmatrix}1\\2\end{pmatrix}
    F ¦ (1,2) ¦ ~[1,2]
    F ¦ (1,2) ¦ ~\{1,2\}
    F ¦ (1,2) ¦ ~(1,2]
    F ¦ (1,2) ¦ ~(1,3)
    F ¦ (1,2) ¦ ~(-1,2)
    T ¦ (1,2,3) ¦ ~[1,2,3]
    T ¦ (1,2,3) ¦ ~1,2,3
    T ¦ (1,2,3) ¦ ~a=1,b=2,c=3
    F ¦ (1,2,3) ¦ ~3,2,1
    T ¦ (1,2,3) ¦ ~\langle 1,2,3\rangle
    T ¦ (\frac12,\frac13) ¦ ~(1/2,1/3)
    T ¦ (-1,-2) ¦ ~(-1, -2)
    T ¦ (2\pi, \pi) ¦ ~(2π, π)
    T ¦ (x,y) ¦ ~(x, y)
    T ¦ (0,-3),(0,3) ¦ ~(0,\pm3)
    T ¦ (0,3),(0,-3) ¦ ~(0,-3)\text{ and }(0,3)
    T ¦ (1,2) ¦ ~\text{(1,2)}
    T ¦ (1,2) ¦ ~(1.0,2.0)
    T ¦ (3,4) ¦ ~\mathbf{(3,4)}
    T ¦ (1,2),(3,4) ¦ ~\{(1,2),(3,4)\}
    F ¦ (1,2),(3,4) ¦ ~(2,1),(4,3)
    F ¦ (1,2),(3,4) ¦ ~(1,2,3,4)
    T ¦ (1,2) ¦ ~\left(\frac{2}{2},2\right)
    T ¦ (3,\frac{\pi}{2}) ¦ ~\left(3,\frac{\pi}{2}\right)
    T ¦ x=1, y=2, z=3 ¦ ~(1,2,3)
    T ¦ (x,y,z)=(1,2,3) ¦ ~(1,2,3)

    T ¦ (2,5] ¦ ~\left(2,5\right]
    T ¦ (2,5] ¦ ~(2,\,5]
    T ¦ (2,5] ¦ ~x\in(2,5]
    T ¦ (2,5] ¦ ~2<x\leq5
    T ¦ (2,5] ¦ ~2 < x \leqslant 5
    T ¦ (2,5] ¦ ~\{x: 2<x\le 5\}
    T ¦ (2,5] ¦ ~]2,5]
    T ¦ (2,5] ¦ ~x>2\text{ and }x\le5
    F ¦ (2,5] ¦ ~(2,5)
    F ¦ (2,5] ¦ ~2\le x\le 5
    F ¦ (2,5] ¦ ~(2,6]
    F ¦ (2,5] ¦ ~\{2,5\}
    F ¦ (2,5] ¦ ~2,5
    T ¦ [2,5] ¦ ~[5/2 - 1/2, 5]
    T ¦ [0,\infty) ¦ ~x\ge0
    T ¦ [0,\infty) ¦ ~\{x \mid x \geq 0\}
    T ¦ [0,\infty) ¦ ~x \geq 0
    T ¦ [0,\infty) ¦ ~[0,+∞)
    T ¦ [0,\infty) ¦ ~0\le x<\infty
    T ¦ (-\infty,0) ¦ ~x<0
    T ¦ (-\infty,0) ¦ ~(-\infty, 0)
    T ¦ (-\infty,0) ¦ ~-\infty<x<0
    T ¦ (-\infty,\infty) ¦ ~\text{all reals}
    T ¦ (-\infty,\infty) ¦ ~x\in\mathbb{R}
    T ¦ (-\infty,\infty) ¦ ~ℝ
    T ¦ (0,1) ¦ ~0<x<1
    T ¦ [0,1] ¦ ~0\leq t\leq 1
    T ¦ [\sqrt2,\infty) ¦ ~[\sqrt{2},\infty)
    T ¦ [\sqrt2,\infty) ¦ ~x\ge\sqrt2
    T ¦ [-1,1] ¦ ~[-1, 1]
    F ¦ [-1,1] ¦ ~-1<x<1
    F ¦ [-1,1] ¦ ~|x|\le1
    T ¦ (-\frac12,\frac12) ¦ ~(-0.5,0.5)
    T ¦ [1,1] ¦ ~\{1\}
    T ¦ (a,b) ¦ ~(a,b)
    T ¦ [a,b) ¦ ~a\le x<b

    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~x<1 \text{ or } x>2
    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~(-\infty,1)\text{ or }(2,\infty)
    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~x\in(-\infty,1)\cup(2,\infty)
    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~\mathbb{R}\setminus[1,2]
    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~\mathbb{R}\backslash[1,2]
    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~(-∞,1)∪(2,∞)
    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~x>2\text{ or }x<1
    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~(-\infty,1)\bigcup(2,\infty)
    T ¦ (-\infty,1)\cup(2,\infty) ¦ ~\{x: x<1 \text{ or } x>2\}
    T ¦ (-\infty,1)\cup(1,\infty) ¦ ~x\ne1
    T ¦ (-\infty,1)\cup(1,\infty) ¦ ~\mathbb{R}-\{1\}
    T ¦ (-\infty,1)\cup(1,\infty) ¦ ~\text{all real numbers except }1
    T ¦ (-\infty,1)\cup(1,\infty) ¦ ~x \in \mathbb{R}, x \neq 1
    T ¦ (-\infty,1)\cup(1,\infty) ¦ ~\{x \mid x\neq 1\}
    T ¦ x\ne1 ¦ ~(-\infty,1)\cup(1,\infty)
    T ¦ [0,2] ¦ ~[0,1]\cup[1,2]
    T ¦ [0,2] ¦ ~[0,1]\cup(1,2]
    F ¦ [0,2] ¦ ~[0,1)\cup(1,2]
    F ¦ (-\infty,1)\cup(2,\infty) ¦ ~(1,2)
    F ¦ (-\infty,1)\cup(2,\infty) ¦ ~(-\infty,1)\cup(3,\infty)
    F ¦ (-\infty,1)\cup(2,\infty) ¦ ~(-\infty,2)\cup(1,\infty)
    F ¦ (-\infty,1)\cup(2,\infty) ¦ ~(-\infty,1)
    F ¦ (-\infty,1)\cup(2,\infty) ¦ ~x<1, x>2 \text{ is impossible}
    T ¦ (1,2) ¦ ~(0,2)\cap(1,3)
    T ¦ \{1,2\}\cup\{3\} ¦ ~\{1,2,3\}
    T ¦ [-3,-1]\cup\{2\} ¦ ~\{2\}\cup[-3,-1]
    T ¦ \{0\}\cup[1,2] ¦ ~x=0\text{ or }1\le x\le2
    T ¦ (-3,0)\cup(0,3) ¦ ~(-3,3)\setminus\{0\}
    T ¦ (0,1)\cup(2,3) ¦ ~0<x<1\text{ or }2<x<3
    T ¦ (0,1)\cup(2,3)\cup(4,5) ¦ ~(4,5)\cup(0,1)\cup(2,3)

    T ¦ x>3 ¦ ~3<x
    T ¦ x>3 ¦ ~x \gt 3
    T ¦ x>3 ¦ ~x>3.0
    T ¦ x>3 ¦ ~\{x|x>3\}
    T ¦ x>3 ¦ ~x \in (3,\infty)
    T ¦ x>3 ¦ ~2x>6
    F ¦ x>3 ¦ ~x>4
    F ¦ x>3 ¦ ~[3,\infty)
    F ¦ x>3 ¦ ~3
    F ¦ x>3 ¦ ~x=3
    T ¦ x\ge3 ¦ ~x ≥ 3
    T ¦ x\ge3 ¦ ~3\le x
    T ¦ x\ge3 ¦ ~[3,\infty)
    T ¦ x\le3 ¦ ~x\leqslant 3
    T ¦ x\le3 ¦ ~3\ge x
    T ¦ -1\le x\le1 ¦ ~[-1,1]
    T ¦ -1\le x\le1 ¦ ~1\ge x\ge-1
    T ¦ -1\le x\le1 ¦ ~x\ge-1,\ x\le1
    T ¦ 1<x<4 ¦ ~x\in(1,4)
    T ¦ 1<x<4 ¦ ~x<4\text{ and }x>1
    F ¦ 1<x<4 ¦ ~x>1\text{ or }x<4
    F ¦ 1<x<4 ¦ ~1<x
    F ¦ 1<x<4 ¦ ~1<y<4
    T ¦ x<1\text{ or }x>2 ¦ ~(-\infty,1)\cup(2,\infty)
    T ¦ x<1\text{ or }x>2 ¦ ~x>2\text{ or }x<1
    F ¦ x<1\text{ or }x>2 ¦ ~x<1\text{ and }x>2
    T ¦ a\le b ¦ ~b\ge a
    F ¦ a\le b ¦ ~a<b
    T ¦ x\neq2 ¦ ~x\ne 2
    T ¦ x\neq2 ¦ ~(-\infty,2)\cup(2,\infty)
    T ¦ x+y<3 ¦ ~y+x<3
    T ¦ x+y<3 ¦ ~2x+2y<6
    T ¦ x+y<3 ¦ ~y<3-x
    F ¦ x+y<3 ¦ ~x+y>3
    T ¦ |x|<2 ¦ ~(-2,2)
    T ¦ |x|\le2 ¦ ~[-2,2]
    T ¦ |x-1|<2 ¦ ~-1<x<3
    T ¦ |x|>2 ¦ ~x<-2\text{ or }x>2
    T ¦ 0<p<1 ¦ ~p\in(0,1)
    T ¦ n\ge5 ¦ ~n \geq 5
    T ¦ k>-1 ¦ ~k>-1.0
    T ¦ x>\frac12 ¦ ~x>0.5
    T ¦ x>\frac12 ¦ ~\frac12<x
    """#)
}
