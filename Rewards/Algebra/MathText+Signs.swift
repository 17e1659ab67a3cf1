/// What single Unicode signs stand for in LaTeX. A command ends in a blank, so that the next letter stays
/// apart.
func foldedScalar(_ scalar: UInt32) -> String? {
  switch scalar {
  case 0x0391...0x03C9, 0x03D1, 0x03D5, 0x03F5: greekCommand(scalar)
  case 0x1D6A8...0x1D7C9: styledGreekCommand(Int((scalar - 0x1D6A8) % 58))
  case 0x2150...0x215F, 0x00BC...0x00BE, 0x2189: vulgarFraction(scalar)
  case 0x2000...0x200A, 0x00A0, 0x202F, 0x205F, 0x3000: " "
  // Zero-width signs, marks of direction, soft hyphens and variation selectors.
  case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFE00...0xFE0F, 0xFEFF, 0x00AD, 0x034F: ""
  case 0x2010...0x2015, 0x2212, 0xFE63, 0xFE58: "-"
  case 0x00D7, 0x2715, 0x2A2F, 0x2A09: "\\times "
  case 0x00B7, 0x22C5, 0x2219, 0x2022, 0x2217, 0x2062: "\\cdot "
  case 0x00F7: "\\div "
  case 0x2044, 0x2215: "/"
  case 0x00B1: "\\pm "
  case 0x2213: "\\mp "
  default: relationSign(scalar) ?? otherSign(scalar)
  }
}

private func relationSign(_ scalar: UInt32) -> String? {
  switch scalar {
  case 0x2264, 0x2A7D, 0x2266: "\\le "
  case 0x2265, 0x2A7E, 0x2267: "\\ge "
  case 0x2260: "\\ne "
  case 0x2248, 0x2243, 0x2245, 0x2252: "\\approx "
  case 0x2261: "\\equiv "
  case 0x2208: "\\in "
  case 0x2209: "\\notin "
  case 0x2282, 0x2286: "\\subseteq "
  case 0x2283, 0x2287: "\\supseteq "
  case 0x221D: "\\propto "
  case 0x222A: "\\cup "
  case 0x2229: "\\cap "
  case 0x2216: "\\setminus "
  case 0x2205: "\\emptyset "
  case 0x2227: "\\land "
  case 0x2228: "\\lor "
  case 0x00AC: "\\neg "
  case 0x2192, 0x21D2, 0x27F6, 0x21A6: "\\to "
  case 0x2223: "|"
  case 0x2225: "\\parallel "
  case 0x22A5, 0x27C2: "\\perp "
  case 0x223C: "\\sim "
  default: nil
  }
}

private func otherSign(_ scalar: UInt32) -> String? {
  switch scalar {
  case 0x221A: "\\surd "
  case 0x221B: "\\surd[3] "
  case 0x221C: "\\surd[4] "
  case 0x221E: "\\infty "
  case 0x00B0, 0x00BA, 0x02DA: "\\degree "
  case 0x2103: "\\degree C"
  case 0x2109: "\\degree F"
  case 0x2032, 0x2018, 0x2019, 0x02B9: "'"
  case 0x2033: "''"
  case 0x201C...0x201F, 0x00AB, 0x00BB: "\""
  case 0x2026, 0x22EF: "\\ldots "
  case 0x3002, 0xFF61: "."
  case 0x3001: ","
  case 0x2236: ":"
  case 0x2220: "\\angle "
  case 0x25B3: "\\triangle "
  case 0x2211: "\\sum "
  case 0x220F: "\\prod "
  case 0x222B: "\\int "
  case 0x2202: "\\partial "
  case 0x230A: "\\lfloor "
  case 0x230B: "\\rfloor "
  case 0x2308: "\\lceil "
  case 0x2309: "\\rceil "
  case 0x27E8, 0x2329, 0x3008: "\\langle "
  case 0x27E9, 0x232A, 0x3009: "\\rangle "
  case 0x2016: "\\Vert "
  case 0x211D: "\\mathbb{R}"
  case 0x2124: "\\mathbb{Z}"
  case 0x2115: "\\mathbb{N}"
  case 0x211A: "\\mathbb{Q}"
  case 0x2102: "\\mathbb{C}"
  case 0x210E: "h"
  case 0x2113: "\\ell "
  case 0x212F: "e"
  case 0x2148: "\\imath "
  case 0x20AC: "\\euro "
  case 0x00A3: "\\pounds "
  case 0x00A5: "\\yen "
  case 0x00A2: "\\cents "
  case 0x20B9: "\\rupee "
  case 0x2713, 0x2714, 0x2705: ""
  default: nil
  }
}

private func vulgarFraction(_ scalar: UInt32) -> String? {
  let parts: (Int, Int)? =
    switch scalar {
    case 0x00BC: (1, 4)
    case 0x00BD: (1, 2)
    case 0x00BE: (3, 4)
    case 0x2150: (1, 7)
    case 0x2151: (1, 9)
    case 0x2152: (1, 10)
    case 0x2153: (1, 3)
    case 0x2154: (2, 3)
    case 0x2155...0x2158: (Int(scalar - 0x2154), 5)
    case 0x2159: (1, 6)
    case 0x215A: (5, 6)
    case 0x215B: (1, 8)
    case 0x215C: (3, 8)
    case 0x215D: (5, 8)
    case 0x215E: (7, 8)
    case 0x2189: (0, 3)
    default: nil
    }
  return parts.map { "\\frac{\($0)}{\($1)}" }
}

private func greekCommand(_ scalar: UInt32) -> String? {
  let small = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu",
    "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
  ]
  switch scalar {
  case 0x03B1...0x03C9: return "\\" + small[Int(scalar - 0x03B1)] + " "
  case 0x03D1: return "\\theta "
  case 0x03D5: return "\\phi "
  case 0x03F5: return "\\epsilon "
  case 0x0393: return "\\Gamma "
  case 0x0394: return "\\Delta "
  case 0x0398: return "\\Theta "
  case 0x039B: return "\\Lambda "
  case 0x039E: return "\\Xi "
  case 0x03A0: return "\\Pi "
  case 0x03A3: return "\\Sigma "
  case 0x03A6: return "\\Phi "
  case 0x03A8: return "\\Psi "
  case 0x03A9: return "\\Omega "
  default: return nil
  }
}

/// The bold, slanted and upright alphabets of mathematics: 25 capitals, ∇, 25 small letters, ∂ and six
/// variants.
private func styledGreekCommand(_ place: Int) -> String? {
  switch place {
  case 0...24: greekCommand(place == 17 ? 0x0398 : 0x0391 + UInt32(place))
  case 25: "\\nabla "
  case 26...50: greekCommand(0x03B1 + UInt32(place - 26))
  case 51: "\\partial "
  case 52: "\\epsilon "
  case 53: "\\theta "
  case 54: "\\kappa "
  case 55: "\\phi "
  case 56: "\\rho "
  default: "\\varpi "
  }
}
