// Reports whether a figure is reached; a missed one sets the exit code to 1.

export function report(name, value, most, unit = "") {
  const isReached = value <= most;
  if (!isReached) process.exitCode = 1;
  const [shown, limit] = [Math.round(value * 100) / 100, most].map((number) =>
    `${number} ${unit}`.trim(),
  );
  console.log(`${isReached ? "reached" : "MISSED "}  ${name}: ${shown} (at most ${limit})`);
}
