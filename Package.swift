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
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: System libraries and C
    [.systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])])],
    [.target(name: "CKernels")],

    // MARK: Foundations: know nothing of reinforcement learning
    module("Randomness"),
    module("Tensors", ["CKernels", "COpenBLAS"], pointers: .allowed),
    module("Tokenizers"),
    module("HFFiles"),
    module("Transformer", ["HFFiles", "Randomness", "Tensors", .product(name: "Crypto", package: "swift-crypto")]),

    // MARK: Pure: numbers in, numbers out
    module("Rewards", path: "Rewards"),  // stands alone: other people import it by itself
    module("Objectives"),

    // MARK: The value types everyone below shares
    module("Experience"),

    // MARK: From tasks to stored rollouts
    module("Curriculum", ["Experience", "Randomness", "Rewards"]),
    module("Generation", ["Randomness", "Tensors", "Transformer"]),
    module("Replay", ["Experience", .product(name: "GRDB", package: "GRDB.swift")]),
    module("Rollouts", ["Experience", "Generation", "Tokenizers"]),
    module("Metrics"),
    module("Evaluation", ["Experience", "Rewards", "Rollouts"]),

    // MARK: The trainer and what people touch
    module("Training", [
      "Curriculum", "Evaluation", "Experience", "Generation", "Metrics", "Objectives", "Randomness",
      "Replay", "Rewards", "Rollouts", "Tensors", "Tokenizers", "Transformer",
    ]),
    module("Recipe", ["Curriculum", "Objectives", "Rewards", "Rollouts", "Training", "Transformer", .product(name: "Yams", package: "Yams")]),
  ].flatMap { $0 }
)

/// Whether a module may touch raw memory; only what wraps C does.
enum Pointers { case allowed, forbidden }

/// A library target under the house settings, and its tests where `Tests/<name>Tests` exists.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, pointers: Pointers = .forbidden
) -> [Target] {
  [.target(name: name, dependencies: dependencies, path: path, swiftSettings: house(pointers))]
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
