/** The workflow that `rad init` writes: it runs offline, without any key, and says what each part is for. */
export const EXAMPLE_WORKFLOW = `# yaml-language-server: $schema=../workflow.schema.json
# A workflow of rad. Start it with: rad run example --input topic="URL slugs"
# Watch it in another terminal with: rad top
version: 1
description: Plan something, write it, look at the result.

inputs:
  topic: { type: string, default: URL slugs, description: What to plan }

# Steps run one after another. "needs: [id, …]" names the steps that must be done first; without it, it is the step above.
steps:
  # A step with a prompt is an agent. "recorded" plays back a recording of a real coding agent: it makes that agent's file
  # writes and shows its tokens and cost, but calls no model. Later steps may read what it said as steps.plan.outputs.text.
  - id: plan
    engine: recorded
    recording: plan
    speed: 2
    prompt: Plan a small library for \${{ inputs.topic }} and write the plan to PLAN.md.

  # A step with a command runs in the shell. What comes from inputs or agents goes through env, never into the command itself.
  - id: check
    run: test -s PLAN.md && echo "The plan for $TOPIC has $(wc -l < PLAN.md) lines."
    env: { TOPIC: "\${{ inputs.topic }}" }
    timeout: 1m
    retry: { max: 1 }
`;
