import { criteria, faultsOf, only, read } from "./faults-of";

describe("an id", () => {
  test.each([
    ["- [ ] **AC-US1-01**: Text", "AC-US1-01"],
    ["- [x] **AC-US1-01:** Text", "AC-US1-01"],
    ["- AC-US1-01: Text", "AC-US1-01"],
    ["- AC-US1-01 — Text", "AC-US1-01"],
    ["- **AC-US1-01** – Text", "AC-US1-01"],
    ["- AC-US1-01 - Text", "AC-US1-01"],
    ["- **AC-US1-01** Text", "AC-US1-01"],
    ["- [ ] AC-US1-01 Text", "AC-US1-01"],
    ["**AC-US1-01**: Text", "AC-US1-01"],
    ["AC-US1-01: Text", "AC-US1-01"],
    ["### AC-US3-01: Text ✅", "AC-US3-01"],
    ["* [ ] __AC-US1-01__: Text", "AC-US1-01"],
    ["+ `AC-US1-01`: Text", "AC-US1-01"],
    ["1. **AC-US1-01**: Text", "AC-US1-01"],
    ["- ✅ **AC-US1-01**: Text", "AC-US1-01"],
    ["- **AC-US1-01** (edge): Text", "AC-US1-01"],
    ["- **AC-US1-01**: [x] Text", "AC-US1-01"],
    ["- [ ] **TC-001**: Text", "TC-001"],
    ["- [ ] **TC-A009**: Text", "TC-A009"],
    ...["AC-01", "AC-001", "AC-US12-03", "AC-US9A-01", "AC-NFR1-01", "AC-0120-01", "AC-US101-01", "AC-US5-04b", "AC-VSK-US9-01", "AC-US9-A9"].map(
      (id) => [`- [ ] **${id}**: Text`, id],
    ),
  ])("of %j is read", (line, id) => {
    expect(criteria(`${line}\n`)).toEqual([`${id} | Text`]);
  });

  test("that is only mentioned defines nothing", () => {
    const mentions = [
      "Tasks satisfy AC-US1-02 and AC-US1-03.",
      "- AC-US1-02, AC-US1-03: both are covered",
      "- **AC-US1-02** through AC-US1-05",
      "- AC-US1-06",
      "- AC-US1-07 is done",
      "- **AC**: AC-US1-08, AC-US1-09",
      "- AC-Task Mapping: how tasks are mapped",
      "| AC-US1-10 | covered |",
    ];
    expect(criteria(`- **AC-US1-01**: Text\n\n${mentions.join("\n\n")}\n`)).toEqual(["AC-US1-01 | Text"]);
  });

  test("listed again with the same text is defined by the first", () => {
    expect(criteria("- [x] **AC-01**: Deploy the API (P1)\n\n## Summary\n\n- AC-01: deploy the API.\n")).toEqual(["AC-01 | Deploy the API"]);
  });

  test("listed again without its steps is defined by the first", () => {
    const text = "- **AC-01**: The cluster has:\n  - three nodes\n  - one load balancer\n\n## Summary\n\n- **AC-01**: The cluster has\n";
    expect(criteria(text)).toEqual(["AC-01 | The cluster has: three nodes, one load balancer"]);
  });

  test("defined again with another text is a fault that names both places", () => {
    expect(faultsOf("- **AC-01**: Deploy the API\n- **AC-01**: Deploy the worker\n")).toBe(
      '0001-api/spec.md:2:5: AC-01 says "Deploy the worker", but line 1 defines it as "Deploy the API".\n' +
        "    → Give one of the two another id, or the same text.",
    );
  });

  test("without a text is a fault with an example", () => {
    expect(faultsOf("- [ ] **AC-US1-02**:\n")).toBe(
      "0001-api/spec.md:1:9: AC-US1-02 has no text.\n" +
        "    → Write what must be true after the id, as in `- [ ] **AC-US1-02**: Deploy the API to a Kubernetes cluster (P1)`.",
    );
  });
});

describe("a state", () => {
  test.each([
    ["- **AC-01**: Text", "open"],
    ["- [ ] **AC-01**: Text", "open"],
    ["- [] **AC-01**: Text", "open"],
    ["- [x] **AC-01**: Text", "done"],
    ["- [X] **AC-01**: Text", "done"],
    ["- ✅ AC-01: Text", "done"],
    ["### AC-01: Text ✅", "done"],
    ["- **AC-01**: [x] Text", "done"],
    ["- [~] **AC-01**: Text", "in-progress"],
    ["- [-] **AC-01**: Text", "deferred"],
    ["- [ ] **AC-01** [DEFERRED to 0008]: Text", "deferred"],
    ["- [x] **AC-01** [DROPPED - dead code]: Text", "deferred"],
    ["- [ ] **AC-01**: Text [DEFERRED → 0012]", "deferred"],
    ["- [ ] **AC-01**: [DEFERRED] Text", "deferred"],
    ["- [ ] ~~**AC-01**: Text~~", "deferred"],
  ])("of %j is read", (line, state) => {
    expect(only(line)).toMatchObject({ state, text: "Text" });
  });

  test("in a box without a meaning is a fault", () => {
    expect(faultsOf("- [?] **AC-01**: Text\n")).toBe(
      "0001-api/spec.md:1:3: the check box `[?]` of AC-01 has no meaning.\n" +
        "    → Write `[ ]` for open, `[x]` for done, `[~]` for in progress or `[-]` for deferred.",
    );
  });

  test("is not seen in other brackets", () => {
    expect(only("- [ ] **AC-01**: [GREEN] Text [1]")).toMatchObject({ state: "open", text: "[GREEN] Text [1]" });
  });
});

describe("a priority", () => {
  test("is the final parenthesis alone, so that other parentheses stay text", () => {
    expect(only("- **AC-US1-02**: Configure auto-scaling (2-10 pods) (P1)")).toMatchObject({
      text: "Configure auto-scaling (2-10 pods)",
      priority: "P1",
      prioritySource: "inline",
    });
  });

  test.each([
    ["Text (P0, testable via (unit) tests)", "Text", "P0"],
    ["Text (Priority: P1 - CRITICAL)", "Text", "P1"],
    ["Text (P2) ✅", "Text", "P2"],
    ["Text (P3).", "Text", "P3"],
    ["Text [P1]", "Text", "P1"],
    ["Text **(P1)**", "Text", "P1"],
    ["Text (P1/P2/P3 supported)", "Text (P1/P2/P3 supported)", undefined],
    ["Map (P0 → 1, P1 → 2)", "Map (P0 → 1, P1 → 2)", undefined],
    ["Text (P1) is kept", "Text (P1) is kept", undefined],
    ["Text (P9)", "Text (P9)", undefined],
  ])("in %j is read", (line, text, priority) => {
    const criterion = only(`- **AC-01**: ${line}`);
    expect([criterion.text, criterion.priority]).toEqual([text, priority]);
  });

  test("comes from the nearest place: inline, nested, story, front matter", () => {
    const text = [
      "---",
      "priority: low",
      "---",
      "### US-001: First (P1)",
      "- **AC-US1-01**: Inline (P0)",
      "  - **Priority**: P2",
      "- **AC-US1-02**: Nested",
      "  - **Priority**: P2 (Important)",
      "- **AC-US1-03**: Story",
      "### US-002: Second",
      "**Priority**: P4 (Someday)",
      "- **AC-US2-01**: Line below the story",
      "### US-003: Third",
      "- **AC-US3-01**: Front matter",
      "",
    ].join("\n");
    expect(read(text).criteria.map(({ priority, prioritySource }) => [priority, prioritySource])).toEqual([
      ["P0", "inline"],
      ["P2", "nested"],
      ["P1", "story"],
      ["P4", "story"],
      ["P3", "front-matter"],
    ]);
  });

  test("stated below the title stands in for front matter", () => {
    expect(only("# T\n\n**Increment**: 9 | **Status**: planned | **Priority**: High (P1)\n\n## S\n\n- **AC-01**: Text")).toMatchObject({
      priority: "P1",
      prioritySource: "front-matter",
    });
  });

  test("is absent where nobody stated one", () => {
    expect(only("- **AC-01**: Text")).toEqual({ id: "AC-01", text: "Text", state: "open", location: { file: "0001-api/spec.md", line: 1, column: 5 } });
  });
});

describe("a story", () => {
  test.each([
    ["### US-001: Deploy", "US-001", "Deploy", undefined],
    ["### US-001: Deploy (P1)", "US-001", "Deploy", "P1"],
    ["### US-001: Deploy (Priority: P1 - CRITICAL)", "US-001", "Deploy", "P1"],
    ["### US-001 — Deploy", "US-001", "Deploy", undefined],
    ["## US1", "US1", "", undefined],
    ["#### US-001", "US-001", "", undefined],
    ["### US1: Deploy", "US1", "Deploy", undefined],
    ["### US-A001: Deploy", "US-A001", "Deploy", undefined],
    ["### US-018-001: Deploy", "US-018-001", "Deploy", undefined],
    ["### US-VSK-001: Deploy ✅", "US-VSK-001", "Deploy", undefined],
    ["### User Story 2 - Deploy (Priority: P2)", "US2", "Deploy", "P2"],
    ["## Story 1.2: Deploy", "US1.2", "Deploy", undefined],
  ])("headed %j is read", (heading, id, title, priority) => {
    const { stories, criteria: found } = read(`${heading}\n\n- **AC-01**: Text\n`);
    expect(stories).toEqual([{ id, title, ...(priority && { priority }), location: { file: "0001-api/spec.md", line: 1, column: heading.indexOf(" ") + 2 } }]);
    expect(found[0]?.story).toBe(id);
  });

  test("ends at the next heading of its level", () => {
    const { criteria: found } = read("### US-001: A\n- **AC-01**: One\n#### Notes\n- **AC-02**: Two\n### Other\n- **AC-03**: Three\n");
    expect(found.map(({ story }) => story)).toEqual(["US-001", "US-001", undefined]);
  });
});

describe("criteria without an id", () => {
  test("are named by their line below an acceptance criteria heading or label", () => {
    const text = "## Acceptance Criteria\n- [ ] One\n- ✅ Two\n\n### US-001: S\n**Acceptance Criteria**:\n- Three (P1)\n\n**Notes**:\n- no criterion\n\n## Other\n- [ ] a task\n";
    expect(criteria(text)).toEqual(["AC-L2 | One", "AC-L3 | Two", "AC-L7 | Three"]);
  });

  test("need a box or a tick where others beside them have one", () => {
    expect(criteria("## Acceptance Criteria\n- [ ] One\n- a note\n- **AC-02**: Two\n")).toEqual(["AC-L2 | One", "AC-02 | Two"]);
  });

  test("stand below a line that groups them", () => {
    expect(criteria("## Acceptance Criteria\n- Functional:\n  - [ ] One\n  - [ ] Two\n")).toEqual(["AC-L3 | One", "AC-L4 | Two"]);
  });

  test("are one, where Given, When and Then are bullets side by side", () => {
    expect(criteria("## Acceptance Criteria\n- **Given** a cluster\n- **When** load rises\n- **Then** pods are added\n")).toEqual([
      "AC-L2 | Given a cluster, When load rises, Then pods are added",
    ]);
  });

  test("are read below headings in other languages", () => {
    expect(criteria("## Akzeptanzkriterien\n- [ ] Die API läuft auf Kubernetes\n\n## 验收标准\n- [ ] 部署到集群\n")).toEqual([
      "AC-L2 | Die API läuft auf Kubernetes",
      "AC-L5 | 部署到集群",
    ]);
  });
});

describe("what stands below a criterion", () => {
  test("continues it where the line wraps", () => {
    expect(only("- [ ] **AC-01**: Deploy the API\n  to a cluster\nof three nodes (P1)\n")).toMatchObject({ text: "Deploy the API to a cluster of three nodes", priority: "P1" });
  });

  test("is added as steps: Given, When, Then", () => {
    expect(only("- **AC-01**: Scaling\n  - **Given** a cluster\n  - **When** load rises\n  - **Then** pods are added\n").text).toBe(
      "Scaling: Given a cluster, When load rises, Then pods are added",
    );
  });

  test("is left out where the sentence is complete", () => {
    expect(criteria("**AC-01**: Backups are kept\n- Check: a restore\n- [ ] a task\n\n### AC-02: Title\n\n- a detail\n")).toEqual(["AC-01 | Backups are kept", "AC-02 | Title"]);
  });

  test("may be another criterion, without an empty line between", () => {
    expect(criteria("**AC-01**: One\n**AC-02**: Two\n  goes on\n**Priority**: P2\n")).toEqual(["AC-01 | One", "AC-02 | Two goes on"]);
  });

  test("may be a rule, which markdown would take for a heading's underline", () => {
    expect(criteria("**AC-01**: One\n**AC-02**: Two\n---\n")).toEqual(["AC-01 | One", "AC-02 | Two"]);
  });
});

describe("an annotation", () => {
  test.each([
    ["on the line", "- **AC-01**: Text (P1) <!-- phaseline: tls -->\n"],
    ["directly under an item", "- **AC-01**: Text (P1)\n<!-- phaseline: tls -->\n"],
    ["inside an item", "- **AC-01**: Text (P1)\n  <!-- phaseline:\n  tls -->\n"],
    ["under a paragraph", "**AC-01**: Text (P1)\n<!-- phaseline: tls -->\n"],
    ["under a heading", "### AC-01: Text (P1)\n<!-- phaseline: tls -->\n"],
  ])("%s is the criterion's", (_, text) => {
    expect(only(text)).toMatchObject({ text: "Text", priority: "P1", annotation: "tls" });
  });

  test("at no criterion is a fault", () => {
    expect(faultsOf("Words.\n\n<!-- phaseline: tls -->\n\n- **AC-01**: Text\n")).toBe(
      "0001-api/spec.md:3:1: this annotation stands at no criterion.\n" +
        "    → Put it at the end of the criterion's line or on the line directly below it.",
    );
  });

  test("is not seen in other comments", () => {
    expect(only("- **AC-01**: Text <!-- todo --> goes on").text).toBe("Text goes on");
  });
});

describe("examples", () => {
  test.each([
    ["a code fence", "```md\n- **AC-02**: No\n```"],
    ["a fence of tildes", "~~~\n- **AC-02**: No\n~~~"],
    ["a fence in a list", "- item\n  ```\n  - **AC-02**: No\n  ```"],
    ["a longer fence around another", "````\n```\n- **AC-02**: No\n```\n- **AC-03**: No\n````"],
    ["indented code", "Text.\n\n    - **AC-02**: No"],
    ["a comment", "<!--\n- **AC-02**: No\n-->"],
    ["a block quote", "> - **AC-02**: No\n> <!-- phaseline: no -->"],
  ])("in %s are no criteria", (_, example) => {
    expect(criteria(`- **AC-01**: Yes\n\n# Examples\n\n${example}\n\n- **AC-04**: Yes too\n`)).toEqual(["AC-01 | Yes", "AC-04 | Yes too"]);
  });

  test("that never end are a fault where they hide a criterion", () => {
    expect(faultsOf("- **AC-01**: One\n\n```sh\nls\n\n- **AC-02**: Two\n")).toBe(
      "0001-api/spec.md:3:1: this code fence is never closed and hides the criterion in line 6.\n    → Write ``` on a line of its own where it ends.",
    );
    expect(faultsOf("- **AC-01**: One\n\n<!-- draft\n\n- **AC-02**: Two\n")).toBe(
      "0001-api/spec.md:3:1: this comment is never closed and hides the criterion in line 5.\n    → Write --> where it ends.",
    );
  });

  test("aside, a criterion swallowed by an HTML block is a fault", () => {
    expect(faultsOf("<details>\n- **AC-01**: One\n</details>\n")).toBe(
      "0001-api/spec.md:1:1: a criterion stands inside an HTML block, where markdown is not read.\n" +
        "    → Leave an empty line between the HTML tag and the criteria.",
    );
  });
});
