// swift-tools-version: 6.1
import PackageDescription

// An app as others write it: all it takes of this repository is the client library.
let package = Package(
    name: "App",
    platforms: [.macOS(.v15), .iOS(.v18)],
    dependencies: [.package(name: "engawa", path: "../..")],
    targets: [
        .executableTarget(
            name: "App", dependencies: [.product(name: "EngawaMessenger", package: "engawa")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
