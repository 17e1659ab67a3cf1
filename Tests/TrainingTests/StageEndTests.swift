internal import Testing
internal import Training

@Suite struct `The end of a stage` {
  @Test func `comes when greedy accuracy reaches what was asked for, at an evaluation only`() {
    var end = StageEnd()
    end.accuracy = 0.5
    #expect(end.reason(.init(accuracy: 0.49)) == nil)
    #expect(end.reason(.init(accuracy: 0.5)) == "greedy accuracy 0.5 reached `until.accuracy` 0.5")
    #expect(end.reason(.init()) == nil)
    #expect(end.reason(.init(accuracy: 2.0 / 3)) == "greedy accuracy 0.667 reached `until.accuracy` 0.5")
  }

  @Test func `comes when the share of cut answers has fallen, in the mean over its window`() {
    var end = StageEnd()
    end.clippedRatio = 0.1
    end.window = 4
    // FastCuRL's first stage: from above 45 % down to about 10 %.
    #expect(end.reason(.init(clippedRatios: [0.1, 0.1, 0.1])) == nil, "three steps are no window of four")
    #expect(end.reason(.init(clippedRatios: [0.45, 0.2, 0.1, 0.0, 0.12])) == nil, "0.105 in the mean")
    #expect(
      end.reason(.init(clippedRatios: [0.45, 0.2, 0.1, 0.0, 0.1]))?.hasPrefix("10.0 % of the answers") == true
    )
  }

  @Test func `comes on a plateau, and only with an evaluation`() {
    var end = StageEnd()
    end.plateau = 3
    #expect(end.reason(.init(accuracy: 0.2, evaluationsWithoutGain: 2)) == nil)
    #expect(end.reason(.init(accuracy: 0.2, evaluationsWithoutGain: 3)) != nil)
    #expect(end.reason(.init(accuracy: nil, evaluationsWithoutGain: 3)) == nil)
  }

  @Test func `never comes early without a rule`() {
    let progress = StageEnd.Progress(
      accuracy: 1, clippedRatios: .init(repeating: 0, count: 50), evaluationsWithoutGain: 50)
    #expect(StageEnd().reason(progress) == nil)
  }
}
