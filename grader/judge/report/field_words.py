"""How people who learn about transfer learning say things: words and phrases by concept.

In: nothing. Out: FIELD. A rubric's patterns name these concepts, and a rubric may add phrases and concepts of its own.
Phrases are separated by commas, "a|b c" stands for "a c" and "b c"; they are stemmed when they are read, so one form
of a word is enough. This module must never hold whole sentences: it is about words, not about answers.
"""

from __future__ import annotations

TERMS = """
    data augmentation, augmentation of data, image augmentation, transfer learning, feature extraction,
    feature extractor, extraction of features, extract features, learning rate, step size, learning rates,
    machine learning, deep learning, training from scratch, train from scratch, trained from scratch, from scratch,
    training data, training set, training image, training images, training pictures, training photos, training samples,
    training examples, training dataset, training time, finetuning, convolutional base, base model, computer vision,
    neural network, at same time, in general, general purpose, working memory, learning process, training process
"""
"""Terms of the field that are one word: the "learning" in "learning rate" says nothing about learning."""

FIELD: dict[str, str] = {
    # models and their parts
    "transfer": "transfer learning, with transfer, transferring, transferred, transfer",
    "scratch": """
        from scratch, training from scratch, train from scratch, trained from scratch, scratch, from zero,
        from nothing, from ground up, from beginning, from blank, blank slate, empty model, new model from,
        untrained network, without pretrained, no pretrained, traditional training, normal training,
        conventional training""",
    "pretrained": """
        pretrain, already trained, previously trained, trained before, trained already, already learn, trained earlier,
        trained beforehand, was trained on, is trained on, been trained on,
        trained by|for somebody|someone|others|other,
        existing|old|ready|finished|famous|readymade|trained|source|previous|big model|network, was already train,
        once trained, model trained on|for|with, network trained on|for|with, imagenet, source domain|task,
        trained on large|big|huge|massive|million|millions|another|other|different|one|general|enormous,
        trained for one|another|other|different|something, trained model, trained network, trained weights,
        already|previously know|knows|seen|acquired|gained|developed|solved|optimized, someone|somebody else,
        prior|previous|previously|earlier|existing knowledge|learning|training|task|problem, previous task|one,
        foundation, google, checkpoint, was|were|been built|made|designed|created|developed for|on,
        somebody|someone|others else|have did|done, already seen|looked|saw, has|have seen|looked|studied, weights of,
        million|millions images|pictures already|before, developed for|on one|a|another|other, preoptimized,
        learned before|already|previously|earlier|from|on, pre optimized, one task, task one, first task""",
    "knowledge": """
        knowledge, features, representation, representations, weights, skills, pattern, patterns, parameters,
        experience, what it|they|model|he|she|network|someone learned|knows|know, what was|is|has|have learned,
        things learned, learned features|feature|weights|patterns|knowledge|filters|before,
        learned from|in|representation|representations|information,
        has|have|had|already|previously|been|was|were learned, filters, expertise, lesson, insight, abilities, ability,
        edges, kernels, what he|she|one knows, learned of""",
    "new_task": """
        new|other|another|different|related task|problem|dataset|data|domain|job|purpose|application,
        similar|target|own|our|specific|second task|problem|dataset|data|domain|job|purpose|application,
        new|other|another|different|related work|classes|case|assignment|challenge|images|pictures|topic,
        similar|target|own|our|specific|second work|classes|case|assignment|challenge|images|pictures|topic,
        particular|custom|my|your|current|given task|problem|dataset|data|domain|job|purpose|application,
        desired|downstream|unrelated|next|his|their task|problem|dataset|data|domain|job|purpose|application,
        particular|custom|my|your|current|given work|classes|case|assignment|challenge|images|pictures|topic,
        desired|downstream|unrelated|next|his|their work|classes|case|assignment|challenge|images|pictures|topic,
        new|other|another|different|related question|project|situation|exercise|needs|requirement|area|field,
        similar|target|own|our|specific|second question|project|situation|exercise|needs|requirement|area|field,
        new|other|another|different|related use|objective|goal|subject|one|thing|category|categories,
        similar|target|own|our|specific|second use|objective|goal|subject|one|thing|category|categories,
        particular|custom|my|your|current|given question|project|situation|exercise|needs|requirement|area|field,
        desired|downstream|unrelated|next|his|their question|project|situation|exercise|needs|requirement|area|field,
        particular|custom|my|your|current|given use|objective|goal|subject|one|thing|category|categories,
        desired|downstream|unrelated|next|his|their use|objective|goal|subject|one|thing|category|categories,
        new|different|another image|classification|related|similar task|problem|dataset|data|domain,
        other|own|our|specific image|classification|related|similar task|problem|dataset|data|domain,
        new|different|another|other|own|our|specific target|small|smaller|custom task|problem|dataset|data|domain,
        new|another|different|similar but related|different|similar, new or|and related|similar|different, target,
        downstream, task at hand, something else|different|new, cat dog, dog cat, cat and|or|vs|versus dog,
        dog and|or|vs cat, medical, new ones, task b, other ones, somewhere else, another, elsewhere""",
    "head": """
        head, classifier, classification|output|last|final|new|top|dense|added|fresh layer|layers, classification head,
        new part, top part, new classifier, new head, classification part, fully connected, output, new dense,
        prediction layer, dense""",
    "base": """
        convolutional base, base model, base, backbone, convolutional layers|part|blocks|network|weights,
        conv base|layers, cnn, feature extractor,
        pretrained model|network|weights|layers|part|features|filters|parameters|base|convolutional, mobilenet,
        mobilenetv2, mobilenet v2, convolution layers, base layers|weights|network|part, lower layers, early layers,
        body, vgg16, resnet, weights of base, earlier layers""",
    "weight": """
        weight, parameter, coefficient, values, numbers, kernels, filter, layers, variables, it, them, they, model,
        base, network, nothing, anything""",
    "layers": """
        layer, block, level, part, portion, section, end, base, model, backbone, weights, network, parameters,
        mobilenet, one, them, it, some""",
    "some": """
        some, few, couple, several, top, last, final, upper, deep, high, certain, part, parts, portion, later,
        selected, half, end, whole, entire, all, pretrained, base, more, rest, most, frozen""",
    "feature": """
        features, representation, filters, knowledge, patterns, edges, textures, learned, what it knows,
        what it learned, information, knew, know, pretrained weights|parameters|model|network|layers|base,
        learned weights|parameters, imagenet weights|weight, weights from imagenet, weights learned, experience,
        shapes, understanding, memory, skills, detectors, things, lessons, wisdom, pretraining, values, good weights,
        valuable weights, useful weights, weights of pretrained|imagenet, ability, abilities, imagenet, expertise,
        pretrained ones""",
    # amounts
    "less": """
        less, few, small, little, limited, reduce, low, not much|many|enough|large|big|huge|require|need, lot less,
        hundred, hundreds, minutes, minute, save, scarce, scarcity, decrease, minimal, minimize, cut, modest, tiny,
        handful, moderate, lack, short, fraction, shorten, insufficient, no need, lower, light, drop, economical,
        lighter, shrink, seldom, rare, small amount, dozen""",
    "more": """
        more, much, large, lot, lots, huge, massive, big, enormous, thousand, thousands, million, millions, hour,
        hours, day, days, week, weeks, long, plenty, heavy, high, tons, vast, many, great, bigger, immense, extensive,
        significant, substantial, longer, expensive, ton, countless, gigantic, months, tremendous, considerable,
        abundant, larger, large amount, big amount, powerful, intensive, costly, strong, tens, far""",
    "data": """
        data, dataset, datasets, image, images, pics, pic, picture, pictures, photo, photos, samples, examples,
        training data, training set, training image, training images, training samples, training examples,
        training dataset, training pictures, training photos, labels, labelled, material, labeled, instances, cases,
        database, collection, corpus""",
    "time": """
        time, training time, quick, fast, hours, days, minutes, weeks, epoch, epochs, long, duration, speed,
        convergence, period, iterations, months, seconds""",
    "compute": """
        compute, computation, computing, computer, resource, resources, gpu, gpus, hardware, cost, costs, power,
        memory, energy, cpu, effort, ram, calculation, calculations, processing, expense, money, machine, laptop,
        electricity, load, tpu, burden, cluster, server, servers, equipment, budget""",
    "zero": """
        random, zero, blank, empty, from nothing, nothing, stochastic, newborn, untrained, arbitrary, noise,
        no|without|any knowledge|experience|prior|pretrained|previous|idea, everything by|from|alone,
        by itself|himself|its own|themselves, ground up, all by, knows nothing, all everything, guess,
        learn everything|all|every, all weights, all layers, all parameters""",
    # what one does
    "reuse": """
        use, reuse, utilize, leverage, take, apply, borrow, build on, adapt, carry, carried, transfer, exploit, employ,
        start from|with, start, advantage, benefit, recycle, repurpose, inherit, rely on, based on, begin with,
        starting point, load, import, pass, bring, make use, adopt, reapply, share, pick, help, move, hand,
        standing on, continue, serve, keep, modify, extend, tweak, put""",
    "start": """
        start, begin, initial, initialize, initialized, use, set, first, contain, come, learn, train, has, have, is,
        are, from""",
    "only": "only, just, solely, simply, last, final, few, new, top, merely, small, focus, concentrate",
    "train": """
        train, retrain, learn, update, teach, adjust, fit, tune, optimize, change, modify, adapt, trainable, trainab,
        relearn, teaching, updated""",
    "adjust": """
        adjust, adapt, update, retrain, modify, tweak, refine, tune, train, optimize, change, tailor, continue,
        relearn, calibrate, correct, polish, improve, nudge, move, shift, alter, customize, trainable,
        resume, recalibrate, retune, updat""",
    "unfreeze": """
        unfreeze, unfreez, unlock, defrost, thaw, trainable, trainable true, make trainable, set trainable, release,
        open, melt, unfix, let learn, allow learn, not frozen, no longer frozen, not fixed, wake, de freeze, defreeze,
        allowed change, free""",
    "freeze": """
        freeze, freez, frozen, lock, trainable false, non trainable, not trainable, untrainable, nontrainable, fix,
        freezing, locked, immobile""",
    "low_rate": """
        low|small|tiny|little|reduced|less|slow|minimal|gentle|decreased learning rate,
        low|small|tiny|little|reduced|less lr|rate|step|steps|updates|changes|adjustments|pace,
        learning rate low|small|less|tiny|reduced|slow|decreased,
        learning rate is|was|must|should|so|too|very|much|be|kept|lot low|small|less|tiny|reduced|slow|decreased,
        learning rate must|should|has|needs|to|is be|to|kept|be low|small|less|tiny|reduced|slow,
        learning rate that is low|small, low learn speed, reduce|decrease|lower learning rate, 1e, 0.0001,
        ten times less|small|low, 10 times less|small|low, careful steps, low learning_rates""",
    "gently": """
        slightly, slight, gently, carefully, little, slowly, small, bit, minor, tiny, subtly, partially, delicate,
        softly, lightly""",
    "keep": """
        keep, preserve, retain, maintain, protect, save, conserve, safeguard, remain, stay, survive, secure, intact,
        stable, leave, guard, unchanged, prevent forgetting, shield, untouched, store, remember, safe, make use of,
        not want to change|lose|touch|disturb|destroy, hold on""",
    "destroy": """
        destroy, ruin, damage, corrupt, lose, break, overwrite, overwrit, wreck, mess, spoil, erase, forget, disrupt,
        distort, harm, wipe, degrade, disturb, destruct, washed, wash, override, kill, scramble, hurt, worsen, mess up,
        deteriorate, undo, catastrophic forgetting, overridden, drift, alter, bad, worse, replace, lost, screw, trash,
        rewrite, garbage, nonsense, throw, shake, interfere, unlearn, gone, loss of, contaminate, pollute, vanish,
        disappear, waste, negative""",
    "change": """
        change, update, updat, modify, alter, adjust, train, trainable, learn, overwrit, touch, move, affect, shift,
        vary, different, tune, optimize, edit, retrain, changed, changing, recalculate, influence""",
    "fixed": """
        fixed, constant, same, unchanged, untouched, intact, stable, static, as they are|were, as it is|was, unaltered,
        unmodified, locked, still, remain, leave|leaves|left alone""",
    "would": """
        would, could, may, might, otherwise, if, will, can, were, without, when, else, not, unfrozen, risk, danger, or,
        easily, soon, first, trainable""",
    "gradient": """
        gradient, gradients, error, errors, backpropagation, backprop, backpropagate, updates, update, signal,
        mistakes, feedback, noise, noisy, losses, loss, wrong""",
    "large": """
        large, big, huge, random, wild, strong, wrong, noisy, high, untrained, bad, massive, violent, new, initial,
        great, garbage, nonsense, meaningless, chaotic""",
    "random": """
        random, untrained, noise, knows nothing, not trained yet, know nothing, nothing yet, unstable,
        not know anything, newly, meaningless, nonsense, garbage, stupid, not learned anything|yet|nothing,
        has no idea, no clue, not yet trained|learned, uninitialized, stochastic, initialized, fresh, unskilled,
        clueless, not good, starts bad, blank""",
    "parameter": "parameter, parameters, weights, layers, variables, gradients, gradient, params, values, numbers",
    # what it is good for
    "improve": """
        improve, increase, better, high, boost, enhance, gain, raise, good, best, great, maximize, more, superior, up,
        strengthen, rise, squeeze, extra, additional, optimize, jump, lift, higher, climb, grow, strong, well""",
    "accuracy": """
        accurate, accur, accuracy, performance, results, result, perform, score, precision, outcome, predictions,
        prediction, percent, classify, percentage, quality, recognize, recognition, effective, performs, model better,
        points""",
    "adapt": """
        adapt, adjust, fit, specialize, tailor, customize, specific, suit, align, match, tune, special, adaption,
        made for, suitable, relevant, learn, tweak, focus, refine, optimize, appropriate, accustomed, better at,
        familiar, closer, modify, shift, apply, personalize, work better, bend, adopt, turn, pick up, reshape, bespoke,
        expert, particular""",
    "special_feature": """
        specific features|patterns|details|characteristics|feature|pattern|representation|information|knowledge|things,
        special features, specialized features|representations|patterns, relevant features|patterns, task specific,
        domain specific, specific to, specific for, relevant to|for, high level features,
        new features|patterns|characteristics|details, particular features|patterns,
        unique features|patterns|characteristics, details of, features for new|our, features of new|our,
        dataset specific, data specific, distinguish, nuances, subtle, fur, whiskers, ears""",
    "specific": "specific, special, particular, relevant, specialized, own, exactly, new",
    "overfit": """
        overfit, overfitting, memorize, memoriz, by heart, remember, memorising, over learn, memorise, over fitting,
        learn by heart, rote""",
    "reduce": """
        reduce, prevent, avoid, less, low, decrease, minimize, mitigate, combat, fight, against, lessen, limit,
        eliminate, stop, protect, not, overcome, help, solve, hence, lower, deal, control, remove, handle, never,
        without, cannot, difficult, hard, counter, battle, delay, tackle, alleviate, rather, instead, no, diminish,
        cut, drop, weaken, regulariz, regularizer, regularization, escape, discourage, keep from, guard, cure, curb,
        address, away, instead of, less likely""",
    "risk": """
        risk, would, might, will, may, can, easily, cause, lead, tend, likely, soon, quick, danger, too, prone, if,
        could, result, happen, otherwise""",
    "generalize": """
        generalize, generalizes, generaliz, generalization, generalisation, generalizability, generalized, generalised,
        general model""",
    "unseen": """
        unseen, never seen, not seen, new data, new images, new pictures, new photos, test data, test set, validation,
        test images, real world, real life, unknown, not see before, has not see, outside, new samples, new examples,
        have not see, not saw, future data, test accuracy, unfamiliar, in wild, other pictures, other images,
        other photos, different pictures, pictures that, images it, new situations, new inputs, new ones, new cases,
        validation data, validation accuracy, later, never met, not meet, new image, new photo, new picture,
        in practice, real images|photos|pictures|data""",
    "variety_word": """
        diverse, diversity, divers, variety, vari, variations, varied, diversify, diversif,
        different versions|version|views|view|variations|forms|form|angles|copies|ways|looks|appearance,
        multiple versions, modified versions|version|copies, altered versions, changed copy|copies|version|versions,
        new versions|version, slightly different|changed|modified|altered|other, broader range|set, wider range|set,
        new samples|examples|variants, many versions|variants|variations, never same, not same, not exactly same,
        not identical, each epoch different, fresh, other version|versions""",
    "data_amount": """
        pics, data, dataset, image, picture, photo, samples, examples, training data, training set, training image,
        training images, training samples, training examples, training dataset, training pictures, training photos,
        set, collection, variants, versions, copies, distribution, conditions, inputs, instances, material, training""",
    "robust": """
        robust, robustness, invariant, invariance, invari, resilient, cope, tolerate, tolerant, handle, deal with,
        not matter, does not care, insensitive, not depend, independent, regardless, no matter, resistant, stable,
        still recognize, still cat, recognise anyway, still dog, flexible, ignore, does not mind, whatever,
        get|gets used to, disregard, versatile, sturdy, irrespective""",
    "conditions": """
        orientation, orientations, angle, angles, lighting, light, position, positions, rotation, scale, size, noise,
        viewpoint, direction, brightness, real world, real life, left, right, mirror, upside, view, views, conditions,
        condition, transformation, transformations, place, perspective, flip, distance, zoom, appearance, rotate,
        rotated, tilted, pose, poses, side, turned, location, situations, environments, environment, changes,
        variations, vari, sideways, scenarios, background, shift, crop, flipped""",
    "transform": """
        flip, flipping, mirror, mirroring, rotate, rotation, zoom, crop, cropping, shift, scale, scaling, brightness,
        contrast, transformation, transformations, transform, translation, noise, turn, turned, shear, randomflip,
        randomrotation, randomzoom, tilt, stretch, rotating, modification, distort, colour, resize, jitter, flipped,
        translate""",
    "small_data": """
        small|limited|little|insufficient|scarce|tiny|less|few|poor dataset|data|number|amount|images|pictures,
        small|limited|little|insufficient photos|samples|examples|labels|set|labelled|labeled,
        scarce|tiny|less|few|poor photos|samples|examples|labels|set|labelled|labeled,
        small|limited|little|less|few training data|dataset|set|images|samples|examples|pictures|photos,
        not enough|much|many|sufficient|large|big data|images|pictures|photos|samples|dataset|training,
        not have enough|much|many|large|big|sufficient, have not enough|much|many|large,
        lack of data|training|images|pictures, lack data|images,
        training data|set|images|dataset|samples|photos is|are|was|were small|limited|little|scarce,
        training data|set|images|dataset|samples|photos is|are|was|were insufficient|tiny|not|few|too,
        data|dataset|images is|are|was|were|too|quite|so|very small|limited|little|scarce|insufficient,
        pictures|photos|samples|set is|are|was|were|too|quite|so|very small|limited|little|scarce|insufficient,
        data|dataset|images|pictures|photos|samples|set is|are|was|were|too|quite|so|very tiny|few|rare,
        only two|2000|thousand|1000|hundred, dataset small, data limited, data scarcity,
        collect data|more|new, without collect, expensive collect, two thousand, few hundred,
        limited number|amount|quantity|size, dataset not big|large|enough, hard to collect|get, costly to collect,
        expensive to collect|label, shortage, 2000, data collection, without gathering, gathering, labelling is,
        have little|few|small data|images|pictures|photos|samples|examples, not large|big enough""",
    "not_collect": """
        without collecting|gathering|taking|buying|labelling|need|having, not need|have to collect|gather|take|label,
        no need collect|gather|take, free data, for free, expensive collect, collecting more, artificial, artifici,
        out of, from existing, from old, from same""",
    "versus": """
        while, whereas, unlike, compare, comparison, versus, vs, but, contrast, instead, rather, difference, differ,
        opposite, other hand, however, than, whilst""",
    "speed_up": "faster, quick, speed up, save time, less time, efficient, accelerate, save, cheap, shorter",
    "slow": "slow, slower, long, longer, expensive, costly",
    "more_strict": """
        more, large, big, much, huge, bigger, long, high, lot, longer, larger, lots, massive, days, weeks""",
    "less_strict": "less, few, small, little, fewer, limited, low, short, minutes",
    "need": "need, require, demand, take, use, depend, necessary, want, ask, cost",
    "let": "let, allow, enable, permit, make, so that, help, cause, lead, give, force, able, can, ensure, get",
    "all": "all, every, entire, whole, everything, each, completely, fully, totally",
    "more_bad": """
        increase, more, cause, lead, raise, encourage, high, greater, create, result, make, worse, produce, start,
        push""",
    "high_rate": """
        high|large|big|great|huge|fast|increased learning rate, learning rate high|large|big|increased|great,
        increase|raise learning rate, high|large|big lr,
        learning rate is|should|must|was|be|much|set high|large|big|increased|great,
        learning rate should|must|can|has|is be|to|set high|large|increased|big""",
    # small words that turn a sentence
    "not_word": """
        not, without, never, no, nor, avoid, prevent, cannot, stop, otherwise, from being, instead, unlike, protect,
        rather, than, exclude, excluded, excludes""",
    "if_word": "if, otherwise, without, would, unless, could, might, may, suppose, imagine, danger, risk, were",
    "can_word": "can, to, should, will, must, could, able",
    "only_word": "only, just, solely, merely",
    "so_that": "so, so that, in order, to, because, lets, let, allows, helps, can, makes, make",
    "need_word": "need, have, necessary, require, want, cost, dependence, dependency, reliance",
    "without_word": "without, only, lack",
    "forget_strict": "forget, erase, delete, lose, destroy, remove",
    "down_strict": "reduce, decrease, worsen, hurt, worse, drop, remove, shrink, delete, lessen, throw, cut",
    "reduce_word": "reduce, prevent, avoid, less, decrease, stop, against, fight, mitigate, problem, low",
    "less_data": """
        less, few, small, little, limited, hundred, hundreds, scarce, fraction, minimal, modest, handful,
        not much|many, dozen, lower, lack, reduce""",
    "less_time": """
        less, short, reduce, save, cut, decrease, shrink, fraction, minutes, fast, quick, drop, shorten,
        minimize, hours instead, little""",
    "means_train": """
        is trained|starts|train|start, means training|train|trained, trains, trained, train, starts, begins""",
    "supposing": "if, without, would, otherwise, suppose, imagine, unless, not freeze, not frozen, not do",
}
"""Concept → phrases."""
