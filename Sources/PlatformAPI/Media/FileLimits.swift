/// What a file may be, whoever sends it. Those of guests and those of agents are the same unless configured.
public struct FileLimits: Sendable {
    /// Bytes of a file.
    public var bytesMax = 10_240 << 10
    /// Characters of a file's name (reference, section B.12).
    public var nameLengthMax = 1_023
    /// Media types that are taken, whole or with a star (`image/*`, `*/*`).
    public var types = ["*/*"]
    /// Extensions that are not taken: what the receiver's machine would run when it is opened.
    public var blockedExtensions = Self.blockedExtensionsDefault
    /// What an archive may unpack to, whatever its own size, in bytes.
    public var unpackedBytesMax = 50 << 20
    /// And how many times its own size, if that is more.
    public var unpackedTimesMax = 100
    /// What looks for viruses in each file; none by default.
    public var scanner: VirusScanner?

    /// Programs, scripts, shortcuts, installers, and pages that run as ours.
    public static let blockedExtensionsDefault: Set<String> = [
        ".ade", ".adp", ".app", ".apk", ".application", ".appx", ".asp", ".aspx", ".bas", ".bat", ".cer", ".chm",
        ".cmd", ".cnt", ".com", ".cpl", ".crt", ".csh", ".der", ".diagcab", ".dll", ".dmg", ".exe", ".fxp", ".gadget",
        ".grp", ".hlp", ".hpj", ".hta", ".htc", ".htm", ".html", ".inf", ".ins", ".isp", ".jar", ".jnlp", ".js", ".jse",
        ".ksh", ".lnk", ".mad", ".maf", ".mht", ".mhtml", ".mjs", ".msc", ".msi", ".msp", ".mst", ".msu", ".ops",
        ".osd", ".pcd", ".php", ".pif", ".pl", ".plg", ".prf", ".prg", ".ps1", ".ps1xml", ".ps2", ".psc1", ".psc2",
        ".pst", ".py", ".pyc", ".reg", ".scf", ".scr", ".sct", ".sh", ".shb", ".shs", ".shtml", ".svg", ".svgz", ".tmp",
        ".url", ".vb", ".vbe", ".vbp", ".vbs", ".vsmacros", ".vsw", ".webpnp", ".website", ".ws", ".wsc", ".wsf",
        ".wsh", ".xbap", ".xht", ".xhtml", ".xll", ".xml", ".xnk", ".xsl", ".xslt",
    ]

    /// The platform's own limits.
    public init() {}
}
