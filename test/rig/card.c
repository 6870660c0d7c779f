/*
 * A Vulkan driver that hands all calls on to the one at BELOW and says of its device what a card would: NAME and TYPE.
 * What it is asked to compute, the driver below computes. One library a card, so that a machine can have several.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef void (*Function)(void);

/* The beginnings of Vulkan's structures of these names. */
struct Properties {
  uint32_t apiVersion, driverVersion, vendor, device, type;
  char name[256];
};
struct Properties2 {
  uint32_t kind;
  void *next;
  uint64_t properties[1];
};

static void *below(const char *name) {
  static void *library;
  if (library == NULL) library = dlopen(BELOW, RTLD_NOW | RTLD_LOCAL);
  return library == NULL ? NULL : dlsym(library, name);
}

static void (*properties)(void *, struct Properties *);
static void (*properties2)(void *, struct Properties2 *);

static void say(struct Properties *told) {
  snprintf(told->name, sizeof told->name, "%s", NAME);
  told->type = TYPE;
}

static void sayProperties(void *device, struct Properties *told) {
  properties(device, told);
  say(told);
}

static void sayProperties2(void *device, struct Properties2 *told) {
  properties2(device, told);
  say((struct Properties *)told->properties);
}

static Function ours(const char *name, Function theirs) {
  if (theirs == NULL) return NULL;
  if (strcmp(name, "vkGetPhysicalDeviceProperties") == 0) {
    properties = (void (*)(void *, struct Properties *))theirs;
    return (Function)sayProperties;
  }
  if (strncmp(name, "vkGetPhysicalDeviceProperties2", 30) == 0) {
    properties2 = (void (*)(void *, struct Properties2 *))theirs;
    return (Function)sayProperties2;
  }
  return theirs;
}

Function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
  Function (*find)(void *, const char *) = (Function (*)(void *, const char *))below("vk_icdGetInstanceProcAddr");
  return find == NULL ? NULL : ours(name, find(instance, name));
}

int vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  int (*agree)(uint32_t *) = (int (*)(uint32_t *))below("vk_icdNegotiateLoaderICDInterfaceVersion");
  return agree == NULL ? -3 : agree(version);
}
