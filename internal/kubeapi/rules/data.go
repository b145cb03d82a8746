package rules

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// largest is how much a ConfigMap or a Secret holds.
const largest = corev1.MaxSecretSize

func configMap(o *corev1.ConfigMap) (errs field.ErrorList) {
	size := 0
	for key, value := range o.Data {
		size += len(value)
		errs = append(errs, dataKey(key, field.NewPath("data"))...)
		if _, twice := o.BinaryData[key]; twice {
			errs = append(errs, field.Invalid(field.NewPath("data").Key(key), "", "binaryData has the same key"))
		}
	}
	for key, value := range o.BinaryData {
		size += len(value)
		errs = append(errs, dataKey(key, field.NewPath("binaryData"))...)
	}
	return append(errs, tooLarge("ConfigMap", size)...)
}

func secret(o *corev1.Secret) (errs field.ErrorList) {
	has := map[string][]byte{}
	for key, value := range o.Data {
		has[key] = value
		errs = append(errs, dataKey(key, field.NewPath("data"))...)
	}
	for key, value := range o.StringData {
		has[key] = []byte(value)
		errs = append(errs, dataKey(key, field.NewPath("stringData"))...)
	}
	size := 0
	for _, value := range has {
		size += len(value)
	}
	errs = append(errs, tooLarge("Secret", size)...)
	need := func(key string) {
		if _, ok := has[key]; !ok {
			errs = append(errs, field.Required(field.NewPath("data").Key(key), fmt.Sprintf("a Secret of the type %s needs this key", o.Type)))
		}
	}
	needJSON := func(key string) {
		need(key)
		if text, ok := has[key]; ok && !unknown(string(text)) && json.Unmarshal(text, &map[string]any{}) != nil {
			errs = append(errs, field.Invalid(field.NewPath("data").Key(key), "", "it must be JSON"))
		}
	}
	switch o.Type {
	case corev1.SecretTypeTLS:
		need(corev1.TLSCertKey)
		need(corev1.TLSPrivateKeyKey)
	case corev1.SecretTypeDockerConfigJson:
		needJSON(corev1.DockerConfigJsonKey)
	case corev1.SecretTypeDockercfg:
		needJSON(corev1.DockerConfigKey)
	case corev1.SecretTypeSSHAuth:
		need(corev1.SSHAuthPrivateKey)
	case corev1.SecretTypeBasicAuth:
		if _, ok := has[corev1.BasicAuthUsernameKey]; !ok {
			need(corev1.BasicAuthPasswordKey)
		}
	case corev1.SecretTypeServiceAccountToken:
		if o.Annotations[corev1.ServiceAccountNameKey] == "" {
			errs = append(errs, field.Required(field.NewPath("metadata", "annotations").Key(corev1.ServiceAccountNameKey), "a Secret of this type must name its ServiceAccount"))
		}
	}
	return errs
}

func dataKey(key string, at *field.Path) field.ErrorList {
	return each(at.Key(key), key, validation.IsConfigMapKey(key))
}

func tooLarge(kind string, size int) field.ErrorList {
	if size > largest {
		return field.ErrorList{field.Invalid(field.NewPath("data"), "", fmt.Sprintf("a %s holds at most 1 MiB, and this one has %d bytes", kind, size))}
	}
	return nil
}
