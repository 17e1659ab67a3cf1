import ArgumentParser
import Foundation
import Tensors
import Transformer

struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Prints logits, logprobs, loss and gradient norms, to compare with other software.",
    discussion: """
      One JSON object: `logits` [T, V] for every position, `logprobs` [T − 1] (entry t is the log-probability of token
      t + 1 given tokens 0…t), `loss` (their negative mean) and `gradient_norms` (L2 norm of the loss's gradient, by
      parameter name).

        apus parity DIR --input-ids 5,17,42
      """)

  @Argument(help: "A Hugging Face model directory.")
  var model: String

  @Option(help: ArgumentHelp("Token ids, separated by commas.", valueName: "ids"))
  var inputIds: String

  func run() throws {
    let (configuration, parameters) = try ModelDirectory.load(model)
    let tokens = try inputIds.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let id = Int32(text.trimmingCharacters(in: .whitespaces)) else {
        throw CommandError(
          "`--input-ids`: `\(text)` is not a token id — give whole numbers separated by commas")
      }
      guard id >= 0, id < configuration.vocabSize else {
        throw CommandError(
          "`--input-ids`: \(id) is outside the vocabulary, 0 … \(configuration.vocabSize - 1)")
      }
      return id
    }
    guard tokens.count >= 2 else {
      throw CommandError(
        "`--input-ids`: give at least two tokens; the loss predicts each from the ones before it")
    }
    let decoder = Decoder(configuration, parameters: parameters, compute: try Compute())
    let batch = PackedBatch([(tokens, 1..<tokens.count)])
    let logits = decoder.logits(batch)
    let pass = decoder.forward(batch, temperature: 1)
    let count = Float(pass.logprobs.count)
    decoder.backward(pass, dLogprobs: pass.logprobs.map { _ in -1 / count })
    let loss = -pass.logprobs.reduce(0) { $0 + Double($1) } / Double(count)
    let norms = decoder.gradients.entries.map { entry in
      let values = decoder.gradients[entry.name].values
      let norm = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return "\"\(entry.name)\": \(norm)"
    }
    let rows = (0..<logits.rows).map { list(logits.rows($0..<$0 + 1).values) }
    print(
      "{\"logits\": [\(rows.joined(separator: ", "))], \"logprobs\": \(list(pass.logprobs)), \"loss\": \(loss), "
        + "\"gradient_norms\": {\(norms.joined(separator: ", "))}}")
  }

  private func list(_ values: [Float]) -> String {
    "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
  }
}
