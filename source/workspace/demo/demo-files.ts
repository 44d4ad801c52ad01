/** The repository that the demo begins with: what the recorded agents found when they were recorded. */
export const DEMO_FILES: Readonly<Record<string, string>> = {
	'README.md': `# slug

Turns a title into a URL slug: \`Crème brûlée, twice!\` becomes \`creme-brulee-twice\`.

Plain JavaScript, no dependencies.

## Rules

- lower case, letters without their accents
- everything else becomes one hyphen
- no hyphen at either end
- at most 80 characters
`,
	'package.json': `{
  "name": "slug",
  "version": "0.1.0",
  "type": "module",
  "exports": "./src/slug.js",
  "scripts": { "test": "node --test" }
}
`,
	'.gitignore': 'node_modules/\n',
};

/** The workflow of the demo: three recorded agents, one of which starts a sub-agent, and two commands that are really run. */
export const DEMO_WORKFLOW = `# The demo of rad. The agents are recordings of a real coding agent: their file writes, tokens and costs are real,
# no model is called. The commands are really run.
version: 1
description: Plan a small library, write it, test it, review it.

steps:
  - id: plan
    engine: recorded
    recording: plan
    speed: 2
    prompt: Read the README and write a plan for the library to PLAN.md.

  - id: implement
    engine: recorded
    recording: implement
    speed: 2
    prompt: Build what PLAN.md says. Let a sub-agent write the usage page.

  - id: test
    run: node --test

  - id: review
    engine: recorded
    recording: review
    speed: 2
    prompt: Review the library against the rules of the README, and mend what is wrong.

  - id: test-again
    run: node --test
`;
