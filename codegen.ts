/** GraphQL Code Generator: typed documents for the tests and the command line, from schema.graphql. */
import type { CodegenConfig } from "@graphql-codegen/cli";

const documents = {
  plugins: ["typescript", "typescript-operations", "typed-document-node"],
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    strictScalars: true,
    skipTypename: true,
    scalars: { DateTime: "string", Duration: "string", JSON: "unknown" },
    onlyOperationTypes: true,
  },
};

const config: CodegenConfig = {
  schema: "schema.graphql",
  emitLegacyCommonJSImports: false,
  generates: {
    "src/cli/generated/operations.ts": { documents: "src/cli/operations/*.graphql", ...documents },
    "test/generated/operations.ts": { documents: "test/graphql/*.graphql", ...documents },
  },
};

export default config;
