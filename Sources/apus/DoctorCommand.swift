import ArgumentParser
import Tensors
import Training

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Says what this machine offers, and checks that the numbers are right.")

  func run() throws {
    let compute = try Compute()
    let levels = Kernels.Level.allCases.filter(\.isAvailable).map(\.description).joined(separator: ", ")
    print("apus          \(builtCommit)")
    print("processor     \(ProcessFacts.processor), \(Compute.availableCores) cores for this process")
    print("OpenBLAS      core \(Compute.blasCore)  (\(Compute.blasConfiguration))")
    print("kernels       \(compute.kernels.level)  (available: \(levels))")
    print("memory        \(MemoryPlan.available.map(MemoryPlan.words) ?? "unknown") available")
    if Compute.hiddenBLASVariables > 0 {
      print("environment   \(Compute.hiddenBLASVariables) variables that steer OpenBLAS were ignored")
    }
    let worst = try Self.productError(compute)
    guard worst < 1e-4 else {
      throw CommandError(
        "a matrix product is off by \(worst) — this OpenBLAS is broken on this CPU; try another `compute.blas_core`"
      )
    }
    print("products      right to \(worst)")
  }

  /// Largest relative error of one product against a plain sum in double.
  private static func productError(_ compute: Compute) throws -> Double {
    let size = 96
    let a = Tensor((0..<size * size).map { Float(($0 * 7919) % 1000) / 1000 - 0.5 }, columns: size)
    let b = Tensor((0..<size * size).map { Float(($0 * 104_729) % 1000) / 1000 - 0.5 }, columns: size)
    let c = Tensor(rows: size, columns: size)
    compute.multiply(a, b, transposeB: true, into: c)
    var worst = 0.0
    for row in 0..<size {
      for column in 0..<size {
        let exact = (0..<size).reduce(0.0) { $0 + Double(a[row, $1]) * Double(b[column, $1]) }
        worst = max(worst, abs(Double(c[row, column]) - exact) / Double(size).squareRoot())
      }
    }
    return worst
  }
}
