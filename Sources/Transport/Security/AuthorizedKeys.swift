/// The list of public keys that a trainer lets in, a file with a line `NAME PUBLIC-KEY` for each.
///
/// Whoever holds one reads the file again when it has changed (`refresh`), so that a run need not stop to let a worker in or to
/// keep one out. A line that cannot be read lets nobody in; a file that is gone, or that others may write, lets in nobody at all.
public struct AuthorizedKeys: Sendable {
  public struct Entry: Sendable, Hashable {
    public var name: String
    public var key: CurvePublicKey

    init(name: String, key: CurvePublicKey) {
      self.name = name
      self.key = key
    }

    init?(_ words: [String]) {
      guard words.count == 2, CurveKeyPair.isName(words[0]), let key = CurvePublicKey(words[1]) else {
        return nil
      }
      self.init(name: words[0], key: key)
    }
  }

  public let file: String
  public private(set) var entries: [Entry] = []
  private var names: [String: String] = [:]
  private var stamp: KeyLines.Stamp?

  /// - Parameter file: Must be there, whole, and written by its owner only.
  /// - Throws: Where it is not so.
  public init(file: String) throws(TransportError) {
    self.file = file
    stamp = KeyLines.stamp(file)
    let (found, problem) = try Self.read(file)
    if let problem { throw problem }
    adopt(found)
  }

  /// Reads the file again if it has changed.
  ///
  /// - Returns: What is wrong with the new one; nil where nothing is, or nothing has changed.
  public mutating func refresh() -> TransportError? {
    let now = KeyLines.stamp(file)
    guard now != stamp else { return nil }
    stamp = now
    do {
      let (found, problem) = try Self.read(file)
      adopt(found)
      return problem
    } catch {
      adopt([])
      return error
    }
  }

  /// Whose key this is; nil = nobody's who may come in.
  public func name(of key: String) -> String? { names[key] }

  private mutating func adopt(_ found: [Entry]) {
    entries = found
    names = Dictionary(found.map { ($0.key.text, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  /// The lines that can be read, and the first that cannot.
  private static func read(_ file: String) throws(TransportError) -> ([Entry], TransportError?) {
    let (mode, lines) = try KeyLines.read(file)
    guard mode & 0o022 == 0 else {
      throw TransportError(file, .writableByOthers(mode: KeyLines.words(of: mode)))
    }
    var entries: [Entry] = []
    var problem: TransportError?
    var (names, keys): (Set<String>, Set<CurvePublicKey>) = ([], [])
    for line in lines {
      guard let entry = Entry(line.words) else {
        problem = problem ?? TransportError(file, .notAKeyFile(line: line.number, isSecret: false))
        continue
      }
      guard names.insert(entry.name).inserted, keys.insert(entry.key).inserted else {
        problem = problem ?? TransportError(file, .authorizedTwice(name: entry.name, line: line.number))
        continue
      }
      entries.append(entry)
    }
    return (entries, problem)
  }

  // MARK: What `apus keys` does to the file

  /// Lets a key in; one that is there under the same name already stays.
  ///
  /// - Parameters:
  ///   - entry: From `NAME.pub`.
  ///   - file: Made if it is not there.
  /// - Returns: Whether it is new.
  /// - Throws: Where the name has another key there, or the key another name.
  @discardableResult
  public static func authorize(_ entry: Entry, in file: String) throws(TransportError) -> Bool {
    var entries: [Entry] = []
    if KeyLines.stamp(file) != nil { entries = try AuthorizedKeys(file: file).entries }
    if entries.contains(entry) { return false }
    if let index = entries.firstIndex(where: { $0.name == entry.name || $0.key == entry.key }) {
      throw TransportError(file, .alreadyAuthorized(name: entries[index].name))
    }
    try write(entries + [entry], to: file)
    return true
  }

  /// Keeps a key out from now on, also where it is connected.
  ///
  /// - Parameters:
  ///   - who: A name or a public key.
  ///   - file: The list.
  /// - Returns: Whom it was.
  /// - Throws: Where nobody is called that.
  public static func revoke(_ who: String, in file: String) throws(TransportError) -> Entry {
    let entries = try AuthorizedKeys(file: file).entries
    guard let entry = entries.first(where: { $0.name == who || $0.key.text == who }) else {
      throw TransportError(file, .notAuthorized(who))
    }
    try write(entries.filter { $0 != entry }, to: file)
    return entry
  }

  private static func write(_ entries: [Entry], to file: String) throws(TransportError) {
    let lines = entries.map { "\($0.name) \($0.key)\n" }
    try KeyLines.replace(
      file, "# Workers that may connect; `apus keys authorize|revoke|list`\n" + lines.joined())
  }
}
