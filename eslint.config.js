import js from "@eslint/js";
import tseslint from "typescript-eslint";

const noAmbient = (name, message) => ({ name, message });

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "**/generated/**", ".cache/**", ".data/**", ".dependency-cruiser.cjs"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "scripts/*.mjs", "examples/node/*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/require-await": "off",
      "no-console": "error",
    },
  },
  {
    // The domain is pure: time, ids and randomness are inputs.
    files: ["src/domain/**/*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        noAmbient("process", "The domain reads no environment."),
        noAmbient("fetch", "The domain does no IO; give it a port."),
        noAmbient("setTimeout", "Time is an input of the domain."),
        noAmbient("setInterval", "Time is an input of the domain."),
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Time is an input of the domain." },
        { object: "Math", property: "random", message: "Randomness is an input of the domain." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "Time is an input of the domain.",
        },
      ],
    },
  },
  {
    files: ["src/cli/**", "bench/**", "scripts/**", "examples/**", "test/support/**"],
    rules: { "no-console": "off" },
  },
  {
    files: ["eslint.config.js", "scripts/*.mjs", "examples/node/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        console: "readonly",
        setTimeout: "readonly",
        process: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        fetch: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        AbortController: "readonly",
        AbortSignal: "readonly",
      },
    },
  },
);
