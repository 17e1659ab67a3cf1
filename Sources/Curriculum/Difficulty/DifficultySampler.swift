/// Which task comes next, by how the tasks have fared so far: the recipe's `data.sampler`.
///
/// Every sampler is a mixture of weighted draws (``DrawPart``). Within a step no task of a file is drawn twice while
/// there are others, and none that still is under way.
public enum DifficultySampler: Sendable, Hashable {
  /// Each row of a file once in every epoch, difficulties of procedural tasks evenly.
  case uniform
  /// By what a group is expected to teach, p(1 − p).
  case prioritized(PrioritizedSampler)
  /// Hard tasks of earlier steps come back among new ones.
  case retrospective(RetrospectiveSampler)
  /// Easy, medium and hard tasks in fixed proportions.
  case pools(DifficultyPools)

  /// As in recipes.
  public enum Name: String, Sendable, CaseIterable {
    case uniform, prioritized, retrospective, pools
  }

  public var name: Name {
    switch self {
    case .uniform: .uniform
    case .prioritized: .prioritized
    case .retrospective: .retrospective
    case .pools: .pools
    }
  }

  /// What counts as easy and as hard: the pools', where these draw.
  public var pools: DifficultyPools { if case .pools(let pools) = self { pools } else { DifficultyPools() } }
}

/// Draws a task with a probability that grows with p(1 − p), the variance of one of its answers: most where every other
/// answer is right, nothing where all or none are. A task that was never tried weighs as much as the mean of those that
/// were.
///
///     P(i) = (1 − m) · w_i / Σ w + m / N,  w = p(1 − p)
///
/// Weights by the mean reward of a prompt: Kimi Team 2025, "Kimi k1.5", arXiv:2501.12599 (which has 1 − p); the
/// form p(1 − p): Foster et al. 2025, "Learning to Reason at the Frontier of Learnability", arXiv:2502.12272. The
/// evenly drawn share m is ours.
public struct PrioritizedSampler: Sendable, Hashable {
  /// Draws that are even over all tasks, so that none is starved of the chance to be found easier.
  public var uniformShare = 0.1

  public init(uniformShare: Double = 0.1) {
    self.uniformShare = uniformShare
  }
}

/// Looks back: a share of the draws goes to tasks that were tried, by the inverse of their mean reward, the others go to
/// tasks that were not (once there are none left, to all evenly).
///
///     w = min(1 / p, cap) · max(floor, cooling^(k − 1)),  k = all-wrong groups in a row
///
/// Wan et al. 2025, "QwenLong-L1", arXiv:2505.17667: difficulty-aware retrospective sampling. What is done with p = 0 the
/// paper does not say; the cap, and the cooling of tasks that never succeed, are ours.
public struct RetrospectiveSampler: Sendable, Hashable {
  /// Draws that look back.
  public var share = 0.5
  /// Highest 1/p.
  public var cap = 8.0
  /// What each further all-wrong group in a row leaves of a task's weight.
  public var cooling = 0.5
  /// What it leaves at least.
  public var floor = 0.05

  public init() {}
}

/// Three pools by recent accuracy, each with its share of the draws; a task that was never tried is of medium difficulty
/// until it is known better. The share of a pool that is empty goes to the others.
///
/// Draws shift toward tasks that are sometimes solved: GLM-V Team 2025, "GLM-4.1V-Thinking", arXiv:2507.01006
/// (reinforcement learning with curriculum sampling); bounds and shares are ours.
public struct DifficultyPools: Sendable, Hashable {
  public enum Pool: Int, Sendable, Hashable, CaseIterable { case easy, medium, hard }

  /// Recent accuracy above which a task is easy.
  public var easyAbove = 0.75
  /// Recent accuracy below which a task is hard.
  public var hardBelow = 0.25
  /// Weights of the pools; what counts is their proportion.
  public var easy = 0.1
  public var medium = 0.7
  public var hard = 0.2

  public init() {}

  /// Where a task of this recent accuracy belongs; nil = never tried.
  public func pool(_ accuracy: Double?) -> Pool {
    guard let accuracy else { return .medium }
    return accuracy > easyAbove ? .easy : accuracy < hardBelow ? .hard : .medium
  }

  func weight(of pool: Pool) -> Double {
    switch pool {
    case .easy: easy
    case .medium: medium
    case .hard: hard
    }
  }
}
