public import Foundation

/// A file of cases as `shared/fixtures/objectives` has them: `{subject, producers, cases: [{name, kind, settings, input,
/// expected, …}]}`.
public enum ObjectiveFile {
  /// The file with `expected` of every case filled in by our functions; what stood there before plays no part.
  ///
  /// All other members stay. Objects are written one member a line, in the order of the public files, and lists of plain
  /// values on one line.
  public static func evaluated(_ data: Data) throws(ObjectiveFileError) -> Data {
    guard case .object(var file) = try value(data) else {
      throw ObjectiveFileError("the file is not an object with a list `cases`")
    }
    guard case .array(let cases) = file["cases"] ?? .null else {
      throw ObjectiveFileError("there is no list `cases` in the file")
    }
    var evaluated: [JSONValue] = []
    for (index, value) in cases.enumerated() { evaluated.append(try withExpected(value, index)) }
    file["cases"] = .array(evaluated)
    return Data((JSONValue.object(file).text(first: order) + "\n").utf8)
  }

  /// The members of the public files, as they follow each other there; what else there is comes after, by name.
  private static let order = [
    "subject", "producers", "cases", "name", "kind", "tags", "source", "settings", "input", "expected",
  ]

  private static func value(_ data: Data) throws(ObjectiveFileError) -> JSONValue {
    do {
      return try JSONDecoder().decode(JSONValue.self, from: data)
    } catch {
      throw ObjectiveFileError("not JSON: \(whereItBreaks(data) ?? "\(error)")")
    }
  }

  /// Where the text stops to be JSON, which only the older of Foundation's two readers says.
  private static func whereItBreaks(_ data: Data) -> String? {
    do {
      _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
      return nil
    } catch {
      return (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
    }
  }

  private static func withExpected(_ value: JSONValue, _ index: Int) throws(ObjectiveFileError) -> JSONValue {
    guard case .object(var members) = value else {
      throw ObjectiveFileError("case \(index) is not an object")
    }
    var place = "case \(index)"
    if case .string(let name) = members["name"] ?? .null { place = "case \"\(name)\"" }
    guard case .string(let kind) = members["kind"] ?? .null else {
      throw ObjectiveFileError("\(place): `kind` is missing, or not a text; \(ObjectiveKinds.known)")
    }
    guard let adaptor = ObjectiveKinds.adaptor(of: kind) else {
      throw ObjectiveFileError("\(place): no `kind` is called `\(kind)`; \(ObjectiveKinds.known)")
    }
    let settings = try Fields(part("settings", of: members), at: "\(place), settings")
    let input = try Fields(part("input", of: members), at: "\(place), input")
    members["expected"] = try adaptor(kind, settings, input)
    return .object(members)
  }

  /// An object of the case; one that is absent or null is empty.
  private static func part(_ name: String, of members: [String: JSONValue]) -> JSONValue {
    if let value = members[name], value != .null { value } else { [:] }
  }
}
