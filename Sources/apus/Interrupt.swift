import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: the first asks the run to end after the step, the second ends the process.
enum Interrupt {
  private static let count = Atomic<Int>(0)

  static var isAsked: Bool { count.load(ordering: .relaxed) > 0 }

  static func listen() {
    // Whoever started this process may have left both blocked, as threads of Foundation's `Process` do.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for signalNumber in [SIGINT, SIGTERM] {
      _ = signal(signalNumber) { _ in
        let before = Interrupt.count.add(1, ordering: .relaxed).oldValue
        if before >= 1 { _exit(130) }
        let words: StaticString = "\nstopping after this step (again to stop at once)\n"
        _ = unsafe write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
      }
    }
  }
}
