# What `sam build` calls: one cargo build for all functions, then a copy of each.
# On x86-64: ARCHITECTURE=x86_64 sam build

ARCHITECTURE ?= arm64
PROFILE ?= release
CARGO_LAMBDA ?= cargo lambda
BUILT := target/sam/$(ARCHITECTURE)-$(PROFILE)
TEMPLATE := infra/template.yaml

.DELETE_ON_ERROR:

# build-AuthFunction and so on: the template says which binary is its code.
build-%: $(BUILT)/done
	name=$$(sed -n '/^  $*:/,/CodeUri:/s|.*CodeUri: ../target/lambda/\(.*\)/|\1|p' $(TEMPLATE)) && \
	cp $(BUILT)/"$${name:?}"/bootstrap "$(ARTIFACTS_DIR)/bootstrap"

# Cargo is asked once after any file was changed.
$(BUILT)/done: $(shell find . -path ./target -prune -o -path './.?*' -prune -o -type f -print)
	$(CARGO_LAMBDA) build --locked --$(subst _,-,$(ARCHITECTURE)) --profile $(PROFILE) \
		--lambda-dir $(BUILT)
	touch $@
