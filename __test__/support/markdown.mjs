// The code blocks of a Markdown document.

/** @returns {{ heading: string, language: string, code: string }[]} in order, each under its last heading */
export function codeBlocks(markdown) {
  const parts = markdown.matchAll(
    /^#+ (?<heading>[^\n]+)$|^```(?<language>\w*)\n(?<code>.*?)^```$/gms,
  );
  let heading = "";
  const blocks = [];
  for (const { groups } of parts) {
    if (groups.heading) heading = groups.heading;
    else blocks.push({ heading, language: groups.language, code: groups.code });
  }
  return blocks;
}
