// A strict reader of Prometheus' text format 0.0.4, by its specification: families, samples, histograms that add up.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

/** Families by name. Throws where the text breaks a rule of the format. */
export function readExposition(text: string): Map<string, Family> {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, { help: string; type: string; samples: Sample[] }>();
  let open: string | undefined;
  for (const line of text.split("\n").slice(0, -1)) {
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line) ?? [];
    if (word === "HELP") {
      if (families.has(name)) throw new Error(`${name} comes twice`);
      families.set(name, { help: rest, type: "untyped", samples: [] });
      open = name;
    } else if (word === "TYPE") {
      const family = families.get(name);
      if (family === undefined || name !== open || family.samples.length > 0 || !/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) throw new Error(`TYPE in a wrong place: ${line}`);
      family.type = rest;
    } else {
      const sample = readSample(line);
      const family = families.get(open ?? "");
      const own = family?.type === "histogram" ? [`${open}_bucket`, `${open}_sum`, `${open}_count`] : [open];
      if (family === undefined || !own.includes(sample.name)) throw new Error(`${sample.name} stands in the family ${open}`);
      if (family.samples.some((each) => key(each) === key(sample))) throw new Error(`${line} comes twice`);
      family.samples.push(sample);
    }
  }
  for (const [name, family] of families) if (family.type === "histogram") checkHistogram(name, family.samples);
  return families;
}

function readSample(line: string): Sample {
  const [, name, labels = "", value = ""] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || !/^([-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?Inf|NaN)$/.test(value)) throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/g)];
  if (pairs.map(([all]) => all).join("") !== labels) throw new Error(`labels: ${line}`);
  return { name, value: Number(value.replace("Inf", "Infinity")), labels: Object.fromEntries(pairs.map(([, label = "", text = ""]) => [label, text.replace(/\\(.)/g, (_, mark: string) => (mark === "n" ? "\n" : mark))])) };
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    series.set(JSON.stringify(labels), [...(series.get(JSON.stringify(labels)) ?? []), sample]);
  }
  for (const each of series.values()) {
    const buckets = each.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels["le"]?.replace("Inf", "Infinity")));
    const isRising = (values: readonly number[]) => values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
    const count = each.find((sample) => sample.name === `${name}_count`)?.value;
    if (bounds.at(-1) !== Infinity || !isRising(bounds) || !isRising(buckets.map(({ value }) => value)) || buckets.at(-1)?.value !== count || !each.some((sample) => sample.name === `${name}_sum`)) throw new Error(`the histogram ${name} does not add up`);
  }
}

function key({ name, labels }: Sample): string {
  return name + JSON.stringify(Object.entries(labels).toSorted());
}
