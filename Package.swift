// swift-tools-version: 6.2
import PackageDescription

// The module graph, foundations first: a module names only modules above it in this list.
// `make lint` compares this picture with the `import` lines of every folder.
let package = Package(
  name: "Apus",
  products: [
    .executable(name: "apus", targets: ["apus"]),
    .library(name: "Rewards", targets: ["Rewards"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: System libraries and C
    [.systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])])],
    [.systemLibrary(name: "CZeroMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])])],
    [.target(name: "CKernels")],

    // MARK: Foundations: know nothing of reinforcement learning
    module("Randomness", tests: []),
    module("Tensors", ["CKernels", "COpenBLAS"], pointers: .allowed, tests: ["CKernels", "Randomness"]),
    module("Tokenizers", tests: []),
    module("HFFiles", tests: []),
    module(
      "Transformer", ["HFFiles", "Randomness", "Tensors", crypto],
      tests: [crypto, "HFFiles", "Randomness", "Tensors"]),

    // MARK: Pure: numbers in, numbers out
    // Stands alone: other people import it by itself.
    module("Rewards", [bigInt], path: "Rewards", tests: []),
    module("Objectives", tests: []),

    // MARK: The value types that the modules below share
    module("Experience"),

    // MARK: The wire between trainer and workers
    module("Transport", ["CZeroMQ", "Experience", "Tensors", crypto], tests: ["Experience"]),

    // MARK: From tasks to stored rollouts
    module(
      "Curriculum", ["Experience", "Randomness", "Rewards"], tests: ["Experience", "Randomness", "Rewards"]),
    module(
      "Generation", ["Experience", "Randomness", "Tensors", "Transformer"],
      tests: ["Experience", "HFFiles", "Randomness", "Tensors", "Transformer"]),
    module("Replay", ["Experience", grdb], tests: ["Experience", grdb]),
    module(
      "Rollouts",
      ["Experience", "Generation", "Randomness", "Tensors", "Tokenizers", "Transformer", "Transport"],
      tests: [
        "Experience", "Generation", "Randomness", "Tensors", "Tokenizers", "Transformer", "Transport",
      ]),
    module("Metrics", tests: []),
    module("Evaluation", ["Experience", "Rewards", "Rollouts"], tests: ["Experience"]),

    // MARK: Files of objectives, computed by the modules above
    module("ObjectiveFiles", ["Evaluation", "Objectives", "Rewards", "Transformer"], tests: []),

    // MARK: The trainer and what people touch
    module(
      "Training",
      [
        "Curriculum", "Evaluation", "Experience", "Generation", "HFFiles", "Metrics", "Objectives",
        "Randomness", "Replay", "Rewards",
        "Rollouts", "Tensors", "Tokenizers", "Transformer", "Transport", crypto,
      ], tests: ["Objectives", "Rollouts", "Transformer"]),
    module(
      "Recipe",
      [
        "Curriculum", "Experience", "Objectives", "Rewards", "Rollouts", "Tensors", "Tokenizers", "Training",
        "Transformer", "Transport", yams,
      ],
      tests: [
        "Curriculum", "Experience", "Generation", "Objectives", "Rewards", "Rollouts", "Tensors", "Training",
        "Transformer",
      ]),
    program(
      "apus",
      [
        "Curriculum", "Evaluation", "Experience", "Generation", "Metrics", "ObjectiveFiles", "Randomness",
        "Recipe", "Replay", "Rewards", "Rollouts", "Tensors", "Tokenizers", "Training", "Transformer",
        "Transport",
        arguments,
      ], plugins: ["CommitStamp"]),
    [.plugin(name: "CommitStamp", capability: .buildTool())],
    tests("EndToEnd", of: ["apus"], ["HFFiles", "Metrics"]),
  ].flatMap { $0 }
)

// MARK: Other people's libraries

var arguments: Target.Dependency { .product(name: "ArgumentParser", package: "swift-argument-parser") }
var bigInt: Target.Dependency { .product(name: "BigInt", package: "BigInt") }
var crypto: Target.Dependency { .product(name: "Crypto", package: "swift-crypto") }
var grdb: Target.Dependency { .product(name: "GRDB", package: "GRDB.swift") }
var yams: Target.Dependency { .product(name: "Yams", package: "Yams") }

// MARK: House rules

/// Whether a module may touch raw memory; only what wraps C does.
enum Pointers { case allowed, forbidden }

/// A library target under the house settings, and its tests where it has any (`tests`: what they import besides it).
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil,
  pointers: Pointers = .forbidden,
  tests others: [Target.Dependency]? = nil
) -> [Target] {
  let target = Target.target(
    name: name, dependencies: dependencies, path: path, swiftSettings: house(pointers))
  return [target] + (others.map { tests(name, of: [.target(name: name)], $0) } ?? [])
}

/// The tests of a subject, in `Tests/<subject>Tests`; they read their `Fixtures` from the source tree.
func tests(_ subject: String, of tested: [Target.Dependency], _ others: [Target.Dependency]) -> [Target] {
  let withFixtures = ["Evaluation", "HFFiles", "ObjectiveFiles", "Tokenizers", "Transformer"]
  return [
    .testTarget(
      name: subject + "Tests", dependencies: tested + others,
      exclude: withFixtures.contains(subject) ? ["Fixtures"] : [], swiftSettings: house(.allowed))
  ]
}

func program(
  _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, plugins: [Target.PluginUsage] = []
) -> [Target] {
  [
    .executableTarget(
      name: name, dependencies: dependencies, path: path, swiftSettings: house(.forbidden), plugins: plugins)
  ]
}

/// Swift 6 mode, imports that are private unless said otherwise, warnings as errors, and no raw pointers but where allowed.
func house(_ pointers: Pointers) -> [SwiftSetting] {
  var settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
  if pointers == .forbidden { settings.append(.strictMemorySafety()) }
  return settings
}
