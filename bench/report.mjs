// How a benchmark says whether a figure is reached; a missed one ends the program with 1.

export function report(name, value, most, unit = "") {
  const isReached = value <= most;
  if (!isReached) process.exitCode = 1;
  const [shown, limit] = [Math.round(value * 100) / 100, most].map((number) =>
    `${number} ${unit}`.trim(),
  );
  console.log(`${isReached ? "reached" : "MISSED "}  ${name}: ${shown} (at most ${limit})`);
}
