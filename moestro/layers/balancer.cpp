// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/balancer.h"

#include <limits>

#include <ATen/core/grad_mode.h>

namespace moestro {
namespace {

void visit_knobs(
    const NumberVisitor& visit, const std::string& name, Knobs& knobs) {
  std::vector<double> bias(knobs.bias.begin(), knobs.bias.end());
  visit(name + "bias", bias);
  knobs.bias.assign(bias.begin(), bias.end());
  auto k = static_cast<double>(knobs.k);
  visit_number(visit, name + "k", k);
  knobs.k = static_cast<int64_t>(k);
  visit_number(visit, name + "temperature", knobs.temperature);
  visit_number(visit, name + "noise", knobs.noise);
  visit_number(visit, name + "capacity", knobs.capacity);
  visit(name + "loss_weight", knobs.loss_weight);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> state_conventions() {
  return {{"bias", "added to the score"}, {"version", "1"}};
}

Balancer::Balancer(
    const Registry& registry,
    Stack& stack,
    const StackSite& site,
    int64_t num_steps)
    : stack_(stack),
      objectives_(registry, stack, site),
      controllers_(registry, stack, num_steps) {
  for (size_t l = 0; l < stack.size(); ++l) {
    for (auto& routing : stack.routings(l)) {
      routing.knobs.loss_weight = objectives_.weights(l);
    }
  }
  controllers_.declare(ledger_);
  begin(1);
}

std::function<void(const LayerPass&)> Balancer::counting_tap() {
  return [this](const LayerPass& pass) {
    for (const auto& [name, routing] : pass.out.routings) {
      ledger_.enter(routing, pass.context, name);
    }
  };
}

void Balancer::conduct(const Controllers::Conducted& conducted) {
  controllers_.conduct(conducted);
  controllers_.declare(ledger_);
}

void Balancer::begin(double share) {
  share_ = share;
  loss_ = at::zeros({});
}

std::function<void(const LayerPass&)> Balancer::tap() {
  return [this](const LayerPass& pass) { enter(pass); };
}

void Balancer::enter(const LayerPass& pass) {
  for (size_t i = 0; i < pass.out.routings.size(); ++i) {
    const auto& [name, routing] = pass.out.routings[i];
    ledger_.enter(routing, pass.context.of(i), name);
    add_losses(pass, i);
  }
  measure(pass);
}

void Balancer::add_losses(const LayerPass& pass, size_t place) {
  const auto ctx = pass.context.of(place);
  const auto& [name, routing] = pass.out.routings[place];
  const auto layer = static_cast<size_t>(ctx.at.layer);
  const auto& losses = objectives_.of(layer);
  const auto layers = std::max<int64_t>(objectives_.routed_layers(), 1);
  for (size_t i = 0; i < losses.size(); ++i) {
    const auto& loss = *losses[i].loss;
    const auto value = loss.value(
        {.routing = routing,
         .context = ctx,
         .sums = ledger_.with_scope(routing.sums, loss.scope(), ctx, name),
         .rows_ED = stack_.layer(layer).rows_ED()});
    pending_.push_back(
        {{ctx.at.layer, name, losses[i].name, 0}, value.detach(), share_, 0});
    add_term(
        losses[i].name,
        value * (ctx.knobs.loss_weight[i] / static_cast<double>(layers)));
  }
  for (const auto& [term, value] : routing.terms) {
    pending_.push_back(
        {{ctx.at.layer, name, term, 0}, value.detach(), share_, 0});
    add_term(term, value / static_cast<double>(layers));
  }
}

void Balancer::add_term(const std::string& name, const Tensor& weighted) {
  loss_ = loss_ + weighted;
  if (keeps_terms_) {
    auto& term = terms_[name];
    term = term.defined() ? term + weighted : weighted;
  }
}

void Balancer::visit_parts(size_t layer, const PartVisitor& visit) {
  stack_.layer(layer).parts(visit);
  for (const auto& named : objectives_.of(layer)) {
    visit({"loss." + named.name, 0}, *named.loss);
  }
}

void Balancer::measure(const LayerPass& pass) {
  const at::NoGradGuard no_gradient;
  const auto layer = pass.context.at.layer;
  visit_parts(
      static_cast<size_t>(layer), [&](const PartPlace& place, Part& part) {
        if (place.routing >= pass.out.routings.size()) {
          return;
        }
        const auto statistic = part.measure(
            pass.x_TD,
            pass.out.routings[place.routing].second,
            pass.context.of(place.routing));
        if (statistic.defined()) {
          statistics_[{layer, place.name, pass.context.at.micro}] =
              statistic.detach();
        }
      });
}

void Balancer::add_to(Transfer& transfer) {
  ledger_.add_to(transfer);
  for (auto& one : pending_) {
    one.place = transfer.add(one.tensor);
  }
}

void Balancer::settle(const Transfer& transfer) {
  ledger_.settle(transfer);
  values_.clear();
  for (auto& one : pending_) {
    const auto same = [&one](const LossValue& v) {
      return v.layer == one.value.layer && v.routing == one.value.routing &&
             v.name == one.value.name;
    };
    auto found = std::ranges::find_if(values_, same);
    if (found == values_.end()) {
      found = values_.insert(values_.end(), one.value);
    }
    found->value += transfer.number(one.place) * one.share;
  }
}

void Balancer::end_step(int64_t step) {
  controllers_.step(step, ledger_);
  const at::NoGradGuard no_gradient;
  constexpr auto kAllMicro = std::numeric_limits<int32_t>::max();
  for (size_t l = 0; l < stack_.size(); ++l) {
    visit_parts(l, [&](const PartPlace& place, Part& part) {
      const auto layer = static_cast<int32_t>(l);
      const auto end = statistics_.upper_bound({layer, place.name, kAllMicro});
      Tensor total;
      for (auto it = statistics_.lower_bound({layer, place.name, 0}); it != end;
           ++it) {
        total = total.defined() ? total + it->second : it->second;
      }
      if (total.defined()) {
        part.after_step(total, step);
      }
    });
  }
  skip_step();
}

void Balancer::numbers(const NumberVisitor& visit) {
  for (size_t l = 0; l < stack_.size(); ++l) {
    for (auto& routing : stack_.routings(l)) {
      visit_knobs(
          visit,
          "knobs." + std::to_string(l) + "." +
              (routing.name.empty() ? "" : routing.name + "."),
          routing.knobs);
    }
  }
  controllers_.state(
      [&visit](std::string_view name, std::vector<double>& value) {
        visit("controller." + std::string(name), value);
      });
}

void Balancer::skip_step() {
  ledger_.end_step();
  pending_.clear();
  statistics_.clear();
  begin(1);
}

}  // namespace moestro
