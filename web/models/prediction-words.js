/**
 * What a prediction saw in an agent, in words. A prediction is a sum, and the API gives its largest parts: by how much
 * the agent differs from an average one, in the goal's unit. Whether more of that is good depends on the goal; the
 * order of the candidates says it, because the best is the first of them.
 *
 * @typedef {import("./decisions.js").Decision} Decision
 * @typedef {{name: string, value: string, effect: number}} Factor
 * @typedef {import("./decision-words.js").Sentence} Sentence
 */

const FACTORS = [
  "agent", "queue", "skill", "channel", "category", "returning", "proficiency", "load", "sameAgent",
];

/** What is no more than this share of the strongest is noise of the learning, and not named. */
const NAMED_SHARE_MIN = 0.05;

/** Whether a prediction ranked the agents. @param {Decision} decision */
const isRanked = ({ predictive, candidates }) =>
  predictive?.arm === "predictive" && candidates.filter(({ prediction }) => prediction).length > 1;

/**
 * What speaks for an agent and what against, the strongest first; nothing where no prediction ranked.
 *
 * @param {Decision} decision @param {string | undefined} agentId @param {string} userId who reads it
 * @returns {Sentence[]}
 */
export function factorSentences(decision, agentId, userId) {
  const chosen = decision.candidates.find(({ agent }) => agent.id === agentId);
  const direction = isRanked(decision) ? directionOf(decision) : 0;
  if (!chosen || !direction) return [];
  const factors = strong(chosen.prediction?.factors ?? []);
  const who = agentId === userId ? "you" : "they";
  return ["for", "against"].flatMap((side) => {
    const named = factors.filter(({ effect }) => (effect * direction > 0) === (side === "for"))
      .map((factor) => factorWords(factor, decision));
    return named.length
      ? [{ key: `prediction.${side}.${who}`, values: { name: chosen.agent.name ?? "" }, parts: named }]
      : [];
  });
}

/** @param {Factor[]} factors */
function strong(factors) {
  const least = NAMED_SHARE_MIN * Math.max(...factors.map(({ effect }) => Math.abs(effect)));
  return factors.filter(({ effect }) => Math.abs(effect) > least);
}

/** 1 when more is better, -1 when less is, 0 when it cannot be told. @param {Decision} decision */
function directionOf({ candidates }) {
  const [first, ...others] = candidates.flatMap(({ prediction }) => prediction?.value ?? []);
  const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
  return Math.sign(first - mean);
}

/** @param {Factor} factor @param {Decision} decision @returns {Sentence} */
function factorWords({ name, value }, { skills, requestedSkills, queue }) {
  if (name === "returning") return { key: value === "0" ? "factor.first" : "factor.returning" };
  if (name === "queue") return { key: "factor.queue", values: { name: queue.name ?? "" } };
  if (name === "skill") {
    const skill = [...skills, ...requestedSkills].find(({ id }) => id === value);
    return skill?.name ? { key: "factor.skill", values: { name: skill.name } } : { key: "factor.proficiency" };
  }
  // "topic=billing": what it is about is enough.
  if (name === "category") return { key: "factor.category", values: { name: value.slice(value.indexOf("=") + 1) } };
  if (name === "channel") return { key: "factor.channel", channel: value };
  return { key: FACTORS.includes(name) ? `factor.${name}` : "factor.other" };
}
