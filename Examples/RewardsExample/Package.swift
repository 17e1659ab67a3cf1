// swift-tools-version: 6.2
import PackageDescription

// A program of its own that needs nothing of Apus but its verifiers. Outside this clone, name its address instead:
// .package(url: "https://…/apus", branch: "main")
let package = Package(
  name: "RewardsExample",
  dependencies: [.package(name: "Apus", path: "../..")],
  targets: [
    .executableTarget(
      name: "RewardsExample", dependencies: [.product(name: "Rewards", package: "Apus")], path: "Sources")
  ])
