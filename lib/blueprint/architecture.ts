/** Graviton families have a "g" after their generation: `t4g`, `m7gd`, `c7gn`; and `a1` was the first. */
export function architectureOf(instanceType: string): "arm64" | "x86_64" {
  return /^([a-z]+\d+g|a1\b)/.test(instanceType) ? "arm64" : "x86_64";
}
