import Foundation
import Objectives
import Testing
import Training

@Suite struct `The state of an expansion` {
  @Test func `comes back from a checkpoint, and one that was written before there was any can still be read`()
    throws
  {
    var state = TrainerState()
    var controller = BatchExpansionController()
    controller.observe(notValid: 0.6, BatchExpansion())
    (state.expansion, state.shortSteps) = (controller, 3)
    let data = try JSONEncoder().encode(state)
    #expect(try JSONDecoder().decode(TrainerState.self, from: data) == state)
    var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object.removeValue(forKey: "expansion") != nil && object.removeValue(forKey: "shortSteps") != nil)
    let older = try JSONDecoder().decode(
      TrainerState.self, from: JSONSerialization.data(withJSONObject: object))
    #expect(older.expansion == nil && older.shortSteps == nil)
  }
}
