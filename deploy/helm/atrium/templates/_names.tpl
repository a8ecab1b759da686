{{- define "atrium.name" -}}
{{- if contains "atrium" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-atrium" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "atrium.selector" -}}
app.kubernetes.io/name: atrium
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "atrium.labels" -}}
{{ include "atrium.selector" . }}
app.kubernetes.io/component: gateway
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "atrium.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* What the public port speaks: controllers that read it would speak plain text to a gateway with a certificate. */ -}}
{{- define "atrium.protocol" -}}
{{- $isTls := hasKey .Values.settings "TLS_CERT_FILE" }}
{{- range .Values.extraEnv }}{{ if eq .name "TLS_CERT_FILE" }}{{ $isTls = true }}{{ end }}{{ end }}
{{- ternary "https" "http" $isTls }}
{{- end }}

{{- /* Empty for that of the namespace. */ -}}
{{- define "atrium.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (ternary (include "atrium.name" .) "" .Values.serviceAccount.create) }}
{{- end }}

{{- /* The whole time of a stop: what SIGTERM is put off by, the drain, the 8 seconds that a gateway takes after it at most, and a margin. */ -}}
{{- define "atrium.graceSeconds" -}}
{{ add .Values.preStopSeconds (div (add (int .Values.drainMs) 999) 1000) 8 5 }}
{{- end }}

{{- /* What the schema of the values cannot refuse. Several gateways share sessions, limits and events by Redis. */ -}}
{{- define "atrium.check" -}}
{{- range .Values.secret.keys }}
{{- if hasKey $.Values.settings . }}{{ fail (printf "%s is in settings and in secret.keys: leave it in one" .) }}{{ end }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if or (hasKey $.Values.settings .name) (has (trimSuffix "_FILE" .name) $.Values.secret.keys) (hasKey $.Values.files (printf "%s.json" (.name | trimSuffix "_FILE" | lower))) }}
{{- fail (printf "%s is in extraEnv, and in settings, secret.keys or files: leave it in one" .name) }}
{{- end }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}{{ fail "ingress.hosts is empty: name the hosts of the gateway" }}{{ end }}
{{- if and .Values.serviceAccount.annotations (not .Values.serviceAccount.create) }}
{{- fail "serviceAccount.annotations need serviceAccount.create: another account has its own" }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail "autoscaling.minReplicas is greater than autoscaling.maxReplicas" }}
{{- end }}
{{- $several := or .Values.autoscaling.enabled (gt (int .Values.replicas) 1) }}
{{- $has := or (has "REDIS_URL" .Values.secret.keys) (hasKey .Values.settings "REDIS_URL") .Values.extraEnvFrom }}
{{- range .Values.extraEnv }}{{ if has .name (list "REDIS_URL" "REDIS_URL_FILE") }}{{ $has = true }}{{ end }}{{ end }}
{{- if and $several (not $has) }}{{ fail "several gateways need REDIS_URL, in secret.keys or settings" }}{{ end }}
{{- end }}
