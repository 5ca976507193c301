/** Import rules: who may know whom. ARCHITECTURE.md draws what they allow. @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "domain-is-pure",
      severity: "error",
      comment: "The domain decides; it does no input or output. Give it a port instead.",
      from: { path: "^src/domain/" },
      to: { pathNot: ["^src/domain/", "(^|/)node_modules/zod/"] },
    },
    {
      name: "contexts-meet-at-their-index",
      severity: "error",
      from: { path: "^src/domain/([^/]+)/" },
      to: {
        path: "^src/domain/[^/]+/.+",
        pathNot: ["^src/domain/$1/", "^src/domain/kernel/", "^src/domain/[^/]+/index\\.ts$"],
      },
    },
    {
      name: "kernel-knows-no-context",
      severity: "error",
      from: { path: "^src/domain/kernel/" },
      to: { path: "^src/domain/", pathNot: "^src/domain/kernel/" },
    },
    {
      name: "insights-is-downstream",
      severity: "error",
      from: { path: "^src/domain/(incidents|projects|research|integrations)/" },
      to: { path: "^src/domain/insights/" },
    },
    {
      name: "outsiders-use-the-index",
      severity: "error",
      from: { path: "^src/(store|schema|resolvers|adapters|worker|poller|server|lambda|cli)/" },
      to: { path: "^src/domain/", pathNot: ["^src/domain/kernel/", "^src/domain/[^/]+/index\\.ts$"] },
    },
    {
      name: "store-knows-domain-only",
      severity: "error",
      from: { path: "^src/store/" },
      to: { path: "^src/(schema|resolvers|adapters|worker|poller|server|lambda|cli)/" },
    },
    {
      name: "schema-is-shape-only",
      severity: "error",
      from: { path: "^src/schema/" },
      to: { path: "^src/(store|resolvers|adapters|worker|poller|server|lambda|cli)/" },
    },
    {
      name: "resolvers-reach-io-through-context",
      severity: "error",
      from: { path: "^src/resolvers/" },
      to: { path: "^src/(store|adapters|worker|poller|server|lambda|cli)/" },
    },
    {
      name: "adapters-know-domain-only",
      severity: "error",
      from: { path: "^src/adapters/" },
      to: { path: "^src/(store|schema|resolvers|worker|poller|server|lambda|cli)/" },
    },
    {
      name: "worker-knows-domain-only",
      severity: "error",
      comment: "A worker runs in any process: what it needs of the world comes as ports.",
      from: { path: "^src/worker/" },
      to: { path: "^src/", pathNot: "^src/(worker|domain)/" },
    },
    {
      name: "poller-knows-domain-only",
      severity: "error",
      comment: "A poller runs in any process: what it needs of the world comes as ports.",
      from: { path: "^src/poller/" },
      to: { path: "^src/", pathNot: "^src/(poller|domain)/" },
    },
    {
      name: "aws-sdk-stays-at-the-edge",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(store|adapters|server|lambda)/" },
      to: { path: "node_modules/@aws-sdk/" },
    },
    {
      name: "entry-points-are-not-imported",
      severity: "error",
      from: { path: "^src/(domain|store|schema|resolvers|adapters|worker|poller|config|observability)/" },
      to: { path: "^src/(server|lambda|cli)/" },
    },
    {
      name: "stacks-know-declarations-only",
      severity: "error",
      comment: "What is deployed is read from data; the stacks run nothing of the product.",
      from: { path: "^cdk/" },
      to: { path: "^src/", pathNot: "^src/store/tables\\.ts$" },
    },
    { name: "src-not-to-cdk", severity: "error", from: { path: "^src/" }, to: { path: "^cdk/" } },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "src-not-to-test", severity: "error", from: { path: "^src/" }, to: { path: "^(test|bench)/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
