#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// Natural logarithm, from the C library.
public func logarithm(_ x: Float) -> Float { log(x) }
