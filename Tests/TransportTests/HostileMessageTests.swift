import Testing
import Transport

@Suite struct `Messages with one thing wrong` {
  @Test func `every prefix of every frame is parsed or refused`() {
    for (isWorkers, frames) in MessageSamples.frames {
      for index in frames.indices {
        for length in 0..<frames[index].count {
          var cut = frames
          cut[index] = Array(frames[index][..<length])
          // Only the raw bytes of a chunk may be fewer without anything else being wrong.
          let isChunk = index == 2 && frames.count == 3
          #expect(
            MessageSamples.isParsed(cut, isWorkers: isWorkers) == isChunk, "frame \(index) cut to \(length)")
        }
      }
      for count in 0..<frames.count {
        #expect(!MessageSamples.isParsed(Array(frames[..<count]), isWorkers: isWorkers), "\(count) frames")
      }
    }
  }

  @Test func `every flip of every bit is parsed or refused`() {
    var parsed = 0
    for (isWorkers, frames) in MessageSamples.frames {
      for index in frames.indices {
        for place in frames[index].indices {
          for bit in 0..<8 {
            var flipped = frames
            flipped[index][place] ^= 1 << bit
            parsed += MessageSamples.isParsed(flipped, isWorkers: isWorkers) ? 1 : 0
          }
        }
      }
    }
    // Digits of numbers and letters of words may change unseen; most of the rest is noticed.
    #expect(parsed > 0)
  }

  @Test(arguments: 0..<8)
  func `many changed bytes are parsed or refused`(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    let samples = MessageSamples.frames
    for _ in 0..<400 {
      var (isWorkers, frames) = samples[Int(random.next() % UInt64(samples.count))]
      for _ in 0..<Int(random.next() % 6) + 1 {
        let index = Int(random.next() % UInt64(frames.count))
        guard !frames[index].isEmpty else { continue }
        let place = Int(random.next() % UInt64(frames[index].count))
        switch random.next() % 4 {
        case 0: frames[index][place] = UInt8(truncatingIfNeeded: random.next())
        case 1: frames[index].remove(at: place)
        case 2:
          frames[index].insert(contentsOf: "-9e{[\",:".utf8.shuffled(using: &random).prefix(3), at: place)
        default: frames.swapAt(index, Int(random.next() % UInt64(frames.count)))
        }
      }
      MessageSamples.isParsed(frames, isWorkers: isWorkers)
    }
  }

  @Test func `headers made to hurt a parser are refused`() {
    let first = MessageCoding.encode(.goodbye)[0]
    let deep = String(repeating: "[", count: 100_000)
    let nested = String(repeating: "{\"a\":", count: 50_000)
    for text in [
      deep, nested, "{\"lease\":" + deep, "{", "", "nul", "\u{FEFF}{}", "{\"a\":\"\\ud800\"}",
      "{\"a\":1e99999999999}",
      "{\"a\":\(String(repeating: "9", count: 100_000))}",
    ] {
      var frames = [first, Array(text.utf8)]
      MessageSamples.isParsed(frames, isWorkers: true)
      frames[0][5] = 1
      #expect(!MessageSamples.isParsed(frames, isWorkers: true))
    }
    let notText: [UInt8] = [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]
    #expect(!MessageSamples.isParsed([first.dropLast() + [6], notText], isWorkers: true))
  }
}

/// Steele et al. 2014; for tests that want the same numbers every time.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
