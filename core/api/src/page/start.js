// Everything is served from here: no fonts, no proxy, no telemetry, no assistant of others.
Scalar.createApiReference("#reference", {
  url: "/v1/openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
  defaultOpenAllTags: false,
  documentDownloadType: "none",
  persistAuth: false,
  authentication: { preferredSecurityScheme: "bearer" },
});
