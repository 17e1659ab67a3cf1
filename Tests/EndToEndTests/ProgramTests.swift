import Foundation
import HFFiles
import Testing

@Suite struct `The program` {
  @Test func `uses the CPU's best BLAS core whatever the environment says, unless told otherwise`() throws {
    let program = try Program()
    defer { program.clean() }
    func core(_ environment: [String: String]) throws -> String {
      let version = try program.run("--version", environment: environment).output
      return String(version.split(separator: "BLAS core ").last?.prefix { $0.isLetter || $0.isNumber } ?? "")
    }
    let best = try core([:])
    #expect(!best.isEmpty)
    let steered = ["OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "7", "OPENBLAS_L2_SIZE": "64"]
    #expect(try core(steered) == best)
    #expect(
      try program.run("doctor", environment: steered).output.contains(
        "variables that steer OpenBLAS were ignored"))
    try program.write(tinyRecipe, to: "tiny.yaml")
    #if arch(x86_64)
      let dry = try program.run("train", "tiny.yaml", "--dry-run", "--set", "compute.blas_core=Prescott")
      #expect(dry.status == 0 && dry.output.contains("Prescott BLAS core"), "\(dry.all)")
    #else
      print("skipped: choosing another BLAS core is tested on x86-64 only")
    #endif
  }

  @Test func `names its commit`() throws {
    let program = try Program()
    defer { program.clean() }
    let version = try program.run("--version").output
    #expect(version.hasPrefix("apus ") && !version.contains("apus unknown") || !Self.isCheckout)
  }

  static let isCheckout = FileManager.default.fileExists(atPath: Program.sources.appending(path: ".git").path)

  @Test func `prints logits, logprobs, loss and gradient norms that match the reference`() throws {
    let program = try Program()
    defer { program.clean() }
    let model = Program.fixture("TransformerTests/Fixtures/hf-parity/llama-tied")
    let expected = try SafetensorsFile(path: model + "/expected.safetensors")
    let ids = try expected.integers("plain.input_ids").prefix(24)
    let run = try program.run("parity", model, "--input-ids", ids.map(String.init).joined(separator: ","))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let logits = try #require(object["logits"] as? [[Double]]).flatMap { $0 }
    for (found, wanted) in zip(logits, try expected.floats("plain.logits")) {
      #expect(abs(found - Double(wanted)) < 1e-4)
    }
    let logprobs = try #require(object["logprobs"] as? [Double])
    #expect(logprobs.count == 23)
    for (found, wanted) in zip(logprobs, try expected.floats("plain.logprobs")) {
      #expect(abs(found - Double(wanted)) < 1e-4)
    }
    let loss = try #require(object["loss"] as? Double)
    #expect(abs(loss + logprobs.reduce(0, +) / 23) < 1e-6)
    #expect((object["gradient_norms"] as? [String: Double])?["model.norm.weight"] ?? 0 > 0)
  }

  @Test func `every recipe of the tree passes recipe check, and the ones that need nothing pass a dry run`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    let folder = Program.sources.appending(path: "Recipes").path
    // Recipes name their data as seen from the folder that `Recipes/` is in.
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.path + "/Recipes", withDestinationPath: folder)
    let list = try program.run("recipe", "list", folder)
    let recipes = list.output.split(separator: "\n").compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    #expect(recipes.count >= 4)
    for recipe in recipes {
      let check = try program.run("recipe", "check", recipe)
      #expect(check.status == 0, "\(check.all)")
      guard !check.output.contains("to be set by you") else { continue }
      let dry = try program.run("train", recipe, "--dry-run")
      #expect(dry.status == 0, "\(dry.all)")
    }
    #expect(!program.exists("runs"), "a dry run writes nothing")
  }
}
