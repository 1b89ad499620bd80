/** Which room may import which: the arrows of the README's table. `test/architecture.test.ts` holds the code to them. */
const rooms = {
  "lib/increment": [],
  "lib/demand": ["lib/increment"],
  "lib/blueprint": ["lib/increment", "lib/demand"],
  "lib/render": [],
  "lib/constructs": ["lib/render", "lib/blueprint"],
  "lib/policy": [],
  "lib/artifacts": ["lib/increment", "lib/demand", "lib/blueprint", "lib/render"],
  "lib/upgrade": [],
  "lib/testing": ["lib/increment", "lib/demand", "lib/blueprint", "lib/artifacts"],
  stacks: ["lib/constructs", "lib/blueprint", "lib/render", "lib/policy"],
};

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room} imports one way`,
      severity: "error",
      from: { path: `^${room}/` },
      to: { path: "^(lib|stacks|main)", pathNot: [room, ...allowed].map((path) => `^${path}/`) },
    })),
    { name: "no cycle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no provider barrel: it loads thousands of files",
      severity: "error",
      from: {},
      to: { path: "node_modules/@cdktf/provider-[^/]+/lib/index" },
    },
    {
      name: "plain rooms know nothing of cdktf",
      severity: "error",
      from: { path: "^lib/(increment|demand|blueprint|render|artifacts|upgrade)/" },
      to: { path: "node_modules/(cdktf|constructs|@cdktf)/" },
    },
    { name: "no development tool in what is shipped", severity: "error", from: { path: "^(lib|stacks|main)" }, to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/(cdktf|constructs|@cdktf)/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    parser: "swc",
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"] },
  },
};
