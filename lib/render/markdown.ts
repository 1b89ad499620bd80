/**
 * Text that somebody else wrote, as Markdown that shows it and does nothing else: no link, no HTML, no table cell of its own.
 * Newlines become spaces. Source of the escapes: CommonMark 0.31, section 2.4.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]()#+!|<>~$&]/g, (mark) => (mark === "<" ? "&lt;" : mark === ">" ? "&gt;" : mark === "&" ? "&amp;" : `\\${mark}`))
    // Autolinks need no mark at all.
    .replace(/\b(https?|ftp):\/\//gi, "$1&#58;//")
    .replace(/\bwww\./gi, "www&#46;");
}
