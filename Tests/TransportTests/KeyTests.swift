import Foundation
import Testing
import Transport

@Suite struct `Keys in files` {
  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test func `a pair is written once, and its secret half for the owner only`() throws {
    let folder = try TemporaryFolder()
    let keys = try CurveKeyPair(newFor: "box")
    let (secret, open) = try KeyFile.write(keys, into: folder.path)
    #expect(secret == folder.file("box.key") && open == folder.file("box.pub"))
    #expect(try mode(secret) == 0o600)
    #expect(try KeyFile.read(secret).publicKey == keys.publicKey)
    #expect(try KeyFile.readPublic(open).key == keys.publicKey)
    #expect(try KeyFile.readPublic(open).name == "box")
    let words = try #require(try text(secret).split(separator: "\n").last).split(separator: " ")
    #expect(words.count == 3)
    #expect(try !text(open).contains(words[2]))
    // A key pair that lands in a log says nothing.
    #expect(!"\(keys) \(String(reflecting: keys))".contains(words[2]))
    var dumped = ""
    dump(keys, to: &dumped)
    #expect(!dumped.contains(words[2]))
    #expect(throws: TransportError(open, .keyExists)) {
      try KeyFile.write(CurveKeyPair(newFor: "box"), into: folder.path)
    }
    #expect(try KeyFile.read(secret).publicKey == keys.publicKey)
  }

  @Test func `each half of a key is known where the other belongs, and a directory where a file does`() throws
  {
    let folder = try TemporaryFolder()
    let (secret, open) = try KeyFile.write(CurveKeyPair(newFor: "box"), into: folder.path)
    #expect(throws: TransportError(secret, .secretForPublic)) { try KeyFile.readPublic(secret) }
    #expect(throws: TransportError(open, .publicForSecret)) { try KeyFile.read(open) }
    #expect(throws: TransportError(folder.path, .notAFile)) { try AuthorizedKeys(file: folder.path) }
    #expect(throws: TransportError(folder.file("none"), .noFile)) { try KeyFile.read(folder.file("none")) }
  }

  @Test func `a key that others may read is not used`() throws {
    let folder = try TemporaryFolder()
    let (secret, _) = try KeyFile.write(CurveKeyPair(newFor: "box"), into: folder.path)
    for mode in [0o640, 0o604, 0o660, 0o601] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secret)
      let shown = "0" + String(mode, radix: 8)
      #expect(throws: TransportError(secret, .readableByOthers(mode: shown))) { try KeyFile.read(secret) }
    }
  }

  @Test func `files that are no keys are refused with what they should be`() throws {
    let folder = try TemporaryFolder()
    let (secret, open) = try KeyFile.write(CurveKeyPair(newFor: "a"), into: folder.path)
    let (second, _) = try KeyFile.write(CurveKeyPair(newFor: "b"), into: folder.path)
    try "a b c\n".write(toFile: folder.file("x.key"), atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("x.key"))
    #expect(throws: TransportError(folder.file("x.key"), .notAKeyFile(line: nil, isSecret: true))) {
      try KeyFile.read(folder.file("x.key"))
    }
    #expect(throws: TransportError(folder.file("x.key"), .notAKeyFile(line: nil, isSecret: false))) {
      try KeyFile.readPublic(folder.file("x.key"))
    }
    // One's public with another's secret half.
    let words =
      try text(secret).split(whereSeparator: \.isWhitespace)
      + text(second).split(whereSeparator: \.isWhitespace)
    let mixed = "a \(words[words.count / 2 - 2]) \(words[words.count - 1])\n"
    try mixed.write(toFile: secret, atomically: false, encoding: .utf8)
    #expect(throws: TransportError(secret, .keysDoNotMatch)) { try KeyFile.read(secret) }
    try Data(repeating: 0xFF, count: 100).write(to: URL(fileURLWithPath: open))
    #expect(throws: TransportError.self) { try KeyFile.readPublic(open) }
  }

  @Test(arguments: ["", "a b", "a.b", "../a", "ä", String(repeating: "a", count: 33)])
  func `a key's name has no dots, slashes or blanks`(_ name: String) {
    #expect(throws: TransportError(name, .notAKeyName)) { try CurveKeyPair(newFor: name) }
  }

  @Test func `public keys are 40 characters of Z85`() throws {
    // The example of ZeroMQ's RFC 26.
    #expect(CurvePublicKey("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID") != nil)
    #expect(CurvePublicKey("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI") == nil)
    #expect(CurvePublicKey("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\"") == nil)
    // 85^5 - 1 is more than 32 bits hold.
    #expect(CurvePublicKey(String(repeating: "#", count: 40)) == nil)
  }
}

@Suite struct `The list of authorized keys` {
  private func entry(_ name: String, _ folder: TemporaryFolder) throws -> AuthorizedKeys.Entry {
    try KeyFile.readPublic(KeyFile.write(CurveKeyPair(newFor: name), into: folder.path).open)
  }

  @Test func `grows and shrinks by names and keys`() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("authorized_keys")
    let (a, b) = (try entry("a", folder), try entry("b", folder))
    #expect(try AuthorizedKeys.authorize(a, in: file))
    #expect(try AuthorizedKeys.authorize(b, in: file))
    #expect(try !AuthorizedKeys.authorize(a, in: file))
    #expect(try AuthorizedKeys(file: file).entries == [a, b])
    #expect(try AuthorizedKeys.revoke("a", in: file) == a)
    #expect(try AuthorizedKeys.revoke(b.key.text, in: file) == b)
    #expect(try AuthorizedKeys(file: file).entries.isEmpty)
    #expect(throws: TransportError(file, .notAuthorized("a"))) { try AuthorizedKeys.revoke("a", in: file) }
  }

  @Test func `has one key for a name and one name for a key`() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("list")
    let a = try entry("a", folder)
    try AuthorizedKeys.authorize(a, in: file)
    var other = try entry("other", folder)
    other.name = "a"
    #expect(throws: TransportError(file, .alreadyAuthorized(name: "a"))) {
      try AuthorizedKeys.authorize(other, in: file)
    }
    (other.name, other.key) = ("b", a.key)
    #expect(throws: TransportError(file, .alreadyAuthorized(name: "a"))) {
      try AuthorizedKeys.authorize(other, in: file)
    }
  }

  @Test func `is refused where others may write it, and says which line is none`() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("list")
    let a = try entry("a", folder)
    try AuthorizedKeys.authorize(a, in: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o620], ofItemAtPath: file)
    #expect(throws: TransportError(file, .writableByOthers(mode: "0620"))) { try AuthorizedKeys(file: file) }
    let bad = folder.file("bad")
    try "# words\n\na \(a.key)\nb nothing\n".write(toFile: bad, atomically: false, encoding: .utf8)
    #expect(throws: TransportError(bad, .notAKeyFile(line: 4, isSecret: false))) {
      try AuthorizedKeys(file: bad)
    }
    try "a \(a.key)\nb \(a.key)\n".write(toFile: bad, atomically: false, encoding: .utf8)
    #expect(throws: TransportError(bad, .authorizedTwice(name: "b", line: 2))) {
      try AuthorizedKeys(file: bad)
    }
  }

  @Test func `is read again when it has changed, and what cannot be read lets nobody in`() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("list")
    let (a, b) = (try entry("a", folder), try entry("b", folder))
    try AuthorizedKeys.authorize(a, in: file)
    var list = try AuthorizedKeys(file: file)
    #expect(list.refresh() == nil && list.name(of: b.key.text) == nil)
    try AuthorizedKeys.authorize(b, in: file)
    #expect(list.refresh() == nil && list.name(of: b.key.text) == "b")
    try "a \(a.key)\nb typo\n".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(list.refresh() == TransportError(file, .notAKeyFile(line: 2, isSecret: false)))
    #expect(list.name(of: a.key.text) == "a" && list.name(of: b.key.text) == nil)
    // Said once.
    #expect(list.refresh() == nil)
    try FileManager.default.removeItem(atPath: file)
    #expect(list.refresh() == TransportError(file, .noFile))
    #expect(list.name(of: a.key.text) == nil)
  }
}
