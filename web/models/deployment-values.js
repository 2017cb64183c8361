/**
 * A deployment and its configuration as the form has them, and back: lists are lines, languages are switches, and
 * what the form does not show stays as it was.
 *
 * @typedef {Record<string, any>} Json
 */

export const LABELS = [
  "MessengerHomeHeaderTitle",
  "MessengerHomeHeaderSubTitle",
  "MessengerHomeGreeting",
  "MessengerHomeInvitation",
  "MessengerLauncherButtonText",
  "MessengerSurveyQuestion",
  "PushNotificationTitle",
  "PushNotificationBody",
];
export const LANGUAGES = ["en", "ja"];
const TAGS = { en: "en-us", ja: "ja" };
const HOUR = 3600;

const short = (/** @type {string | undefined} */ tag) => String(tag ?? "").slice(0, 2).toLowerCase();
const lines = (/** @type {string} */ text) => text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean);

/** What a new deployment begins with. @type {Json} */
export const NEW_CONFIGURATION = {
  languages: ["en-us", "ja"],
  defaultLanguage: "en-us",
  position: { alignment: "Auto", sideSpace: 20, bottomSpace: 20 },
  messenger: {
    enabled: true,
    styles: { primaryColor: "#2f5591" },
    launcherButton: { visibility: "On", displayType: "Icon" },
    homeScreen: { enabled: true },
    fileUpload: {
      enableAttachments: true,
      modes: [{ fileTypes: ["image/*", "application/pdf"], maxFileSizeKB: 10240 }],
    },
    apps: {
      conversations: {
        enabled: true,
        showAgentTypingIndicator: true,
        showUserTypingIndicator: true,
        markdown: { enabled: true },
        conversationClear: { enabled: true },
        conversationDisconnect: { enabled: true, type: "Send" },
      },
    },
  },
};

/** @param {Json} deployment @param {Json} configuration @returns {Json} */
export function valuesOf(deployment, configuration) {
  const { messenger = {}, position = {}, authenticationSettings: auth = {}, journeyEvents } = configuration;
  const { launcherButton = {}, homeScreen = {}, fileUpload = {}, styles = {}, linkPreviews = {} } = messenger;
  const app = messenger.apps?.conversations ?? {};
  const [mode = {}] = fileUpload.modes ?? [];
  return {
    name: deployment.name ?? "",
    queue: deployment.defaultQueue?.id ?? "",
    isActive: (deployment.status ?? "Active") === "Active",
    allowAll: deployment.allowAllDomains === true,
    domains: (deployment.allowedDomains ?? []).join("\n"),
    colour: styles.primaryColor ?? "#2f5591",
    alignment: position.alignment ?? "Auto",
    sideSpace: String(position.sideSpace ?? 20),
    bottomSpace: String(position.bottomSpace ?? 20),
    launcher: launcherButton.visibility ?? "On",
    launcherStyle: launcherButton.displayType ?? "Icon",
    launcherIcon: launcherButton.icon?.url ?? "",
    isHeadless: configuration.headlessMode?.enabled === true,
    hasHome: homeScreen.enabled !== false,
    logo: homeScreen.logoUrl ?? "",
    hasBot: app.humanize?.enabled === true,
    botName: app.humanize?.bot?.name ?? "",
    botAvatar: app.humanize?.bot?.avatarUrl ?? "",
    speaks: Object.fromEntries(LANGUAGES.map((each) => [each, isSpoken(configuration, each)])),
    language: short(configuration.defaultLanguage) === "ja" ? "ja" : "en",
    labels: labelsOf(configuration.customI18nLabels ?? []),
    autoStart: app.autoStart?.enabled === true,
    clear: app.conversationClear?.enabled === true,
    disconnect: app.conversationDisconnect?.enabled ? app.conversationDisconnect.type ?? "Send" : "off",
    agentTyping: app.showAgentTypingIndicator !== false,
    userTyping: app.showUserTypingIndicator !== false,
    markdown: app.markdown?.enabled === true,
    notifications: app.notifications?.enabled
      ? app.notifications.notificationContentType ?? "ExcludeMessagesContent"
      : "off",
    hours: app.sessionDurationSeconds ? String(app.sessionDurationSeconds / HOUR) : "",
    hasFiles: fileUpload.enableAttachments === true,
    fileTypes: (mode.fileTypes ?? []).join(", "),
    fileKB: String(mode.maxFileSizeKB ?? 10240),
    survey: messenger.survey?.enabled === true,
    hasPreviews: linkPreviews.enabled !== false,
    previewHosts: (linkPreviews.allowedHosts ?? []).join("\n"),
    journey: journeyOf(journeyEvents ?? {}),
    auth: auth.enabled === true,
    authIntegration: auth.integrationId ?? "",
    authUpgrade: auth.allowSessionUpgrade === true,
  };
}

/** @param {Json} events */
const journeyOf = (events) => ({
  isOn: events.enabled === true,
  pages: events.pageviewConfig ?? "Auto",
  excluded: (events.excludedQueryParameters ?? []).join("\n"),
  searches: (events.searchQueryParameters ?? []).join("\n"),
  keepsFragment: events.shouldKeepUrlFragment === true,
});

/** A configuration that names no language speaks all of ours. @param {Json} configuration @param {string} language */
function isSpoken({ languages }, language) {
  return !languages?.length || languages.some((/** @type {string} */ tag) => short(tag) === language);
}

/** @param {Json[]} sets */
function labelsOf(sets) {
  return Object.fromEntries(LANGUAGES.map((language) => {
    const own = sets.find((set) => short(set.language) === language)?.localizedLabels ?? [];
    return [language, Object.fromEntries(LABELS.map((key) => [key, textOf(own, key)]))];
  }));
}

const textOf = (/** @type {Json[]} */ labels, /** @type {string} */ key) =>
  labels.find((label) => label.key === key)?.value ?? "";

/**
 * The configuration, with what the form does not show from `base`.
 *
 * @param {Json} values @param {Json} base @returns {Json}
 */
export function configurationOf(values, base) {
  const { datePublished, dateCreated, dateModified, ...kept } = base;
  const messenger = base.messenger ?? {};
  const tagOf = (/** @type {string} */ language) =>
    (base.languages ?? []).find((/** @type {string} */ tag) => short(tag) === language) ?? TAGS[language];
  const others = (base.languages ?? []).filter((/** @type {string} */ tag) => !LANGUAGES.includes(short(tag)));
  return {
    ...kept,
    name: values.name.trim(),
    languages: [...LANGUAGES.filter((language) => values.speaks[language]).map(tagOf), ...others],
    defaultLanguage: tagOf(values.language),
    customI18nLabels: customLabels(values, base, tagOf),
    position: {
      alignment: values.alignment,
      sideSpace: Number(values.sideSpace),
      bottomSpace: Number(values.bottomSpace),
    },
    journeyEvents: journey(values.journey, base.journeyEvents),
    ...named(base, { headlessMode: values.isHeadless && { enabled: true } }, { enabled: false }),
    ...authentication(values, base),
    messenger: {
      ...messenger,
      ...named(messenger, { survey: values.survey && { enabled: true } }, { enabled: false }),
      ...previews(values, messenger),
      styles: { ...messenger.styles, primaryColor: values.colour },
      launcherButton: launcher(values),
      homeScreen: values.logo ? { enabled: values.hasHome, logoUrl: values.logo } : { enabled: values.hasHome },
      fileUpload: files(values, messenger.fileUpload?.modes ?? []),
      apps: { ...messenger.apps, conversations: conversations(values, messenger.apps?.conversations ?? {}) },
    },
  };
}

/**
 * What differs from what nothing would mean; where the base names it, also that it does not.
 *
 * @param {Json} base @param {Json} members falsy where they are as if nothing were said
 * @param {unknown} none what says so
 */
function named(base, members, none) {
  const kept = Object.entries(members).filter(([name, value]) => value || name in base);
  return Object.fromEntries(kept.map(([name, value]) => [name, value || none]));
}

/** @param {Json} journey @param {Json} [base] */
function journey({ isOn, pages, excluded, searches, keepsFragment }, base = {}) {
  const [excludedQueryParameters, searchQueryParameters] = [lines(excluded), lines(searches)];
  return {
    ...base,
    enabled: isOn,
    ...named(base, { pageviewConfig: pages !== "Auto" && pages }, "Auto"),
    ...named(base, { shouldKeepUrlFragment: keepsFragment }, false),
    ...named(base, {
      excludedQueryParameters: excludedQueryParameters.length && excludedQueryParameters,
      searchQueryParameters: searchQueryParameters.length && searchQueryParameters,
    }, []),
  };
}

/** @param {Json} values @param {Json} messenger */
function previews({ hasPreviews: enabled, previewHosts }, { linkPreviews }) {
  const allowedHosts = lines(previewHosts);
  if (enabled && !allowedHosts.length && !linkPreviews) return {};
  return { linkPreviews: { ...linkPreviews, enabled, allowedHosts } };
}

/** @param {Json} values */
function launcher({ launcher: visibility, launcherStyle: displayType, launcherIcon: url }) {
  return url ? { visibility, displayType, icon: { url } } : { visibility, displayType };
}

/** Further modes that somebody made with the API stay. @param {Json} values @param {Json[]} modes */
function files({ hasFiles, fileTypes, fileKB }, [, ...modes]) {
  const fileModes = [{ fileTypes: lines(fileTypes), maxFileSizeKB: Number(fileKB) }, ...modes];
  return { enableAttachments: hasFiles, modes: fileModes };
}

/** Without an integration there is nothing to sign in with. @param {Json} values @param {Json} base */
function authentication(values, base) {
  if (!values.authIntegration && !base.authenticationSettings) return {};
  return {
    authenticationSettings: {
      ...base.authenticationSettings,
      enabled: values.auth,
      integrationId: values.authIntegration,
      allowSessionUpgrade: values.authUpgrade,
    },
  };
}

/** @param {Json} values @param {Json} base */
function conversations(values, base) {
  const { botName: name, botAvatar: avatarUrl } = values;
  const bot = { ...(name && { name }), ...(avatarUrl && { avatarUrl }) };
  const { sessionDurationSeconds, ...app } = base;
  return {
    ...app,
    autoStart: { enabled: values.autoStart },
    conversationClear: { enabled: values.clear },
    conversationDisconnect: {
      enabled: values.disconnect !== "off",
      type: values.disconnect === "off" ? "Send" : values.disconnect,
    },
    showAgentTypingIndicator: values.agentTyping,
    showUserTypingIndicator: values.userTyping,
    markdown: { enabled: values.markdown },
    humanize: { enabled: values.hasBot, bot },
    notifications: {
      enabled: values.notifications !== "off",
      notificationContentType: values.notifications === "off" ? "ExcludeMessagesContent" : values.notifications,
    },
    ...(values.hours && { sessionDurationSeconds: Math.round(Number(values.hours) * HOUR) }),
  };
}

/** @param {Json} values @param {Json} base @param {(language: string) => string} tagOf */
function customLabels(values, base, tagOf) {
  const isOther = (/** @type {Json} */ set) => !LANGUAGES.includes(short(set.language));
  const others = (base.customI18nLabels ?? []).filter(isOther);
  const own = LANGUAGES.map((language) => ({
    language: tagOf(language),
    localizedLabels: LABELS.filter((key) => values.labels[language][key].trim()).map((key) => ({
      key,
      value: values.labels[language][key].trim(),
    })),
  }));
  return [...own.filter((set) => set.localizedLabels.length), ...others];
}

/**
 * The deployment, with what the form does not show from `base`.
 *
 * @param {Json} values @param {Json} base @returns {Json}
 */
export function deploymentOf(values, base) {
  const { defaultQueue, ...kept } = base;
  return {
    ...kept,
    name: values.name.trim(),
    status: values.isActive ? "Active" : "Inactive",
    allowAllDomains: values.allowAll,
    allowedDomains: lines(values.domains),
    ...(values.queue && { defaultQueue: { id: values.queue } }),
  };
}
