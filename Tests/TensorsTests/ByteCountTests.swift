import Tensors
import Testing

@Suite struct `Amounts of memory` {
  @Test(arguments: [
    ("4096", 4096), ("1", 1), ("1B", 1), ("2GiB", 2_147_483_648), ("512 MiB", 536_870_912), ("1KiB", 1024),
    ("1.5GB", 1_500_000_000), ("3TB", 3_000_000_000_000), ("1TiB", 1_099_511_627_776), ("7kB", 7000),
    ("7KB", 7000),
    ("20 MB", 20_000_000), ("0.5KiB", 512), ("8192TiB", 9_007_199_254_740_992),
  ])
  func `are read with binary and decimal units`(text: String, bytes: Int) {
    #expect(ByteCount.parse(text) == bytes)
  }

  @Test(arguments: [
    "", "GiB", "-1GiB", "+1GiB", "0", "0GiB", "1.5", "1e9", "0x10", "1e3GiB", "nan", "inf", "infinityGiB",
    "2GIB",
    "2gib", "2G", "two GiB", "1 000", "1_000", " 1", "1,5GiB", "0.0001KiB", "8193TiB", "99999999999999999999",
    "1GiBGiB", "٣GiB",
  ])
  func `anything else is refused`(text: String) {
    #expect(ByteCount.parse(text) == nil)
  }

  @Test(arguments: [
    (1, "1"), (1023, "1023"), (1024, "1KiB"), (1025, "1025"), (1536, "1536"), (1 << 20, "1MiB"),
    (3 << 30, "3GiB"), (2500 << 40, "2500TiB"), (1_500_000_000, "1500000000"),
  ])
  func `are written in the largest unit that is exact, and read back`(bytes: Int, text: String) {
    #expect(ByteCount.text(bytes) == text)
    #expect(ByteCount.parse(text) == bytes)
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_400_000_000, "1.3 GiB"), (1 << 40, "1.0 TiB"),
    (5 << 50, "5120.0 TiB"),
  ])
  func `are shown to one decimal`(bytes: Int, text: String) {
    #expect(ByteCount.approximate(bytes) == text)
  }
}
