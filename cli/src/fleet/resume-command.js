/**
 * The same command with `--resume`, to paste into a shell.
 * @param {string[]} args
 */
export function resumeCommand(args) {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const resumed = args.slice(0, end).includes("--resume")
    ? args
    : args.toSpliced(end, 0, "--resume");
  return commandLine(resumed);
}

/** @param {string[]} args */
export const commandLine = (args) => ["auth0-user-security", ...args.map(quoted)].join(" ");

/** @param {string} arg */
const quoted = (arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`);
