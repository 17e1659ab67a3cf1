internal import Experience
internal import Rollouts
internal import Transport

extension ExchangeEvent {
  /// As the log has it.
  var words: String {
    switch self {
    case .joined(let worker, let hello, let former):
      "worker \(worker.name) joined: \(hello.processor), kernels \(hello.kernels), \(hello.threads) threads, "
        + "\(hello.capacity) items at a time"
        + (former.map {
          ", in place of process \($0.process) on \($0.host), which hears nothing more: if it still runs, give each a `--name` of its own"
        } ?? "")
    case .draining(let worker): "worker \(worker.name) takes no more items"
    case .left(let worker, let reissued):
      "worker \(worker.name) left" + (reissued > 0 ? "; \(reissued) of its items go to others" : "")
    case .lost(let worker, let reissued):
      "worker \(worker.name) is silent; \(reissued) of its items go to others"
    case .holds(let worker, let version, let seconds, let bytes):
      "worker \(worker.name) holds version \(version.number) after \((seconds * 1000).rounded() / 1000) s, \(bytes) bytes"
    case .failed(let item, _, let reason):
      "step \(item.step), group \(item.group), sample \(item.sample) could not be generated: \(reason)"
    case .refused(let peer, let kind, let reason):
      "refused a message of \(peer) (\(kind)): \(reason); more of its kind are only counted"
    case .spawned(let name, let process, let restarts):
      "worker process \(name) is up (pid \(process))" + (restarts > 0 ? ", start \(restarts + 1)" : "")
    case .ended(let name, let reason, let seconds):
      "worker process \(name) ended (\(reason)); it starts again in \(seconds) s"
    }
  }

  /// Whether a person should see it though all is quiet.
  var isAlarming: Bool {
    switch self {
    case .joined, .draining, .left, .holds, .spawned: false
    case .lost, .failed, .refused, .ended: true
    }
  }
}
