import Foundation
import Tensors

/// OpenBLAS chooses its kernels before `main`. A run that wants others (`compute.blas_core`) starts this program again
/// with `--blas-core NAME`, which the code that runs before every library reads (see `blas_environment.c`).
enum BLASCore {
  /// Returns where the wanted core is in use, or none is wanted; otherwise replaces this process.
  static func ensure(_ wanted: String?) throws {
    guard let wanted, wanted.lowercased() != Compute.blasCore.lowercased() else { return }
    if let asked = Compute.requestedBLASCore, asked == wanted {
      throw CommandError(
        "`compute.blas_core`: OpenBLAS does not know the core `\(wanted)`, or this CPU cannot run it; it chose "
          + "`\(Compute.blasCore)` — leave the key out for the best one, or try Haswell, SkylakeX, Zen, Cooperlake"
      )
    }
    guard let executable = Bundle.main.executablePath else {
      throw CommandError("cannot find this program's own file to start it again with another BLAS core")
    }
    var arguments = CommandLine.arguments
    arguments[0] = executable
    if let place = arguments.firstIndex(of: "--blas-core") {
      arguments.removeSubrange(place...min(place + 1, arguments.count - 1))
    }
    arguments += ["--blas-core", wanted]
    // The variable only makes room for the setting that the start-up code puts in.
    unsafe setenv("OPENBLAS_CORETYPE", wanted, 1)
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    unsafe execv(executable, &pointers)
    throw CommandError("cannot start \(executable) again: \(unsafe String(cString: strerror(errno)))")
  }
}
