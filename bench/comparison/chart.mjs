// The chart of docs/benchmarks.md, as SVG.

import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, GridComponent, LegendComponent, SVGRenderer, TitleComponent]);

const SIZE = { width: 820, height: 440 };
const FONT = "system-ui, sans-serif";
const COLOURS = { main: "#1f6feb", others: "#9ec5fe" };

/**
 * Bars of the processor time per call, split into the main thread's and that of all other threads.
 * @param {{ name: string, cpu: number, main: number }[]} rows from top to bottom
 */
export function chartOf(rows, title) {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, ...SIZE });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: FONT },
    title: { text: title, textStyle: { fontSize: 15, fontFamily: FONT }, left: 16, top: 12 },
    legend: { top: 40, left: 16, itemGap: 24 },
    grid: { left: 150, right: 70, top: 76, bottom: 40 },
    xAxis: { type: "value", name: "µs", nameLocation: "end" },
    yAxis: { type: "category", inverse: true, data: rows.map(({ name }) => name) },
    series: [
      bars("main thread", COLOURS.main, rows.map(mainOf)),
      { ...bars("other threads", COLOURS.others, rows.map(othersOf)), label: totals(rows) },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

const mainOf = ({ main }) => Math.round(main);
const othersOf = ({ cpu, main }) => Math.max(0, Math.round(cpu - main));

function bars(name, color, data) {
  return { name, type: "bar", stack: "cpu", barWidth: "62%", itemStyle: { color }, data };
}

/** The sum, at the end of each bar. */
function totals(rows) {
  const formatter = ({ dataIndex }) => String(Math.round(rows[dataIndex].cpu));
  return { show: true, position: "right", formatter };
}
